/** One request, ready to be sent. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A longer answer is refused, in bytes. */
  readonly maxResponseBytes: number;
}

/** One answer, read to its end. */
export interface TransportResponse {
  readonly statusCode: number;
  /** The value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/**
 * Sends a request and reads the answer. It never follows a redirect, since credentials would go along.
 *
 * Rejects with the signal's reason when that aborts, with an {@link AnswerTooLarge} or with a {@link TransportFailure};
 * anything else is taken for a network failure.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): void;
}

/** No whole answer came. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** Whether any of the request can have reached the other side. */
  readonly sent: boolean;
  /** The status, where the answer had begun. */
  readonly statusCode: number | undefined;

  constructor(
    cause: unknown,
    { sent, statusCode }: { readonly sent: boolean; readonly statusCode?: number | undefined },
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.sent = sent;
    this.statusCode = statusCode;
  }
}

/** The answer is longer than allowed; the rest of it was not read. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly statusCode: number;

  constructor(statusCode: number, maxResponseBytes: number) {
    super(`longer than ${maxResponseBytes} bytes`);
    this.statusCode = statusCode;
  }
}
