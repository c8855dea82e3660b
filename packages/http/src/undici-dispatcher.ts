/**
 * The part of an undici `Dispatcher` that is used: an `Agent`, `Pool`, `Client`, `ProxyAgent` or `MockAgent` of undici 6
 * or later has it. We never import undici ourselves (D16).
 */
export interface Dispatcher {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

/** What a {@link Dispatcher} is asked. */
export interface DispatchOptions {
  origin: string;
  path: string;
  method: 'GET' | 'POST';
  /** Names and values by turns. */
  headers: string[];
  body: string | null;
  maxRedirections: 0;
}

/**
 * Whom a {@link Dispatcher} tells what becomes of a request. undici 7 has new names for all of it; 6 knows the old ones
 * alone, so both are there.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherdispatchoptions-handler
 */
export interface DispatchHandler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  onResponseStart(
    controller: unknown,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void;
  onResponseData(controller: unknown, chunk: Uint8Array): void;
  onResponseEnd(): void;
  onResponseError(controller: unknown, error: Error): void;

  onConnect(abort: (reason?: Error) => void): void;
  onHeaders(statusCode: number, headers: readonly Uint8Array[]): boolean;
  onData(chunk: Uint8Array): boolean;
  onComplete(): void;
  onError(error: Error): void;
}
