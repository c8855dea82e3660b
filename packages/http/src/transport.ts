/** One request, ready to be sent. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** What follows the origin: path and query. */
  readonly target: string;
  /** Names and values by turns; names in lower case. */
  readonly headers: readonly string[];
  readonly body?: string | undefined;
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

/** A request that is under way. */
export interface Sending {
  /** Rejects with an {@link AnswerTooLarge} or with a {@link TransportFailure}. */
  readonly response: Promise<TransportResponse>;
  /**
   * Ends it, and with it the connection; does nothing where it has ended. A method and no signal: making one and listening
   * to it costs a fifth of the whole request.
   */
  cancel(): void;
}

/** Sends requests to one origin and reads the answers. It never follows a redirect, since credentials would go along. */
export interface Transport {
  send(request: TransportRequest): Sending;
  /** Ends the connections that are its own. */
  close(): void;
}

/** No whole answer came. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** Whether any of the request can have reached the other side; `undefined` where only the cause's code can tell. */
  readonly sent: boolean | undefined;
  /** The status, where the answer had begun. */
  readonly statusCode: number | undefined;

  constructor(
    cause: unknown,
    { sent, statusCode }: { readonly sent: boolean | undefined; readonly statusCode?: number | undefined },
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.sent = sent;
    this.statusCode = statusOrNone(statusCode);
  }
}

/** The answer is longer than allowed; the rest of it was not read. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly statusCode: number | undefined;

  constructor(statusCode: number, maxResponseBytes: number) {
    super(`longer than ${maxResponseBytes} bytes`);
    this.statusCode = statusOrNone(statusCode);
  }
}

/** Why a request failed that was cancelled. */
export const CANCELLED = 'the request was cancelled';

/** `statusCode`, if it is one: a parser may let any three digits through, and a fetch answers 0 where it has nothing to say. */
export function statusOrNone(statusCode: number | undefined): number | undefined {
  return Number.isInteger(statusCode) && Number(statusCode) >= 100 && Number(statusCode) <= 999
    ? statusCode
    : undefined;
}
