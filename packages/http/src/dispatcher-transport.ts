import { type BoundedBody, createBoundedBody } from './bounded-body.js';
import { headerIn } from './header-list.js';
import { CANCELLED, type Sending, type Transport, TransportFailure, type TransportResponse } from './transport.js';
import type { Dispatcher, DispatchHandler } from './undici-dispatcher.js';

/** A transport on an undici dispatcher of the caller's own, which stays open when this is closed. */
export function createDispatcherTransport(dispatcher: Dispatcher, { baseUrl }: { readonly baseUrl: URL }): Transport {
  const { origin } = baseUrl;
  return {
    send(request) {
      const exchange = new Exchange(request.maxResponseBytes);
      try {
        dispatcher.dispatch(
          {
            origin,
            path: request.target,
            method: request.method,
            headers: [...request.headers],
            body: request.body ?? null,
            // A dispatcher may have been made to follow redirects; credentials would go along.
            maxRedirections: 0,
          },
          exchange,
        );
      } catch (error) {
        exchange.fail(error);
      }
      return exchange;
    },
    close() {},
  };
}

/** The answer, once it has begun. */
interface Begun {
  readonly statusCode: number;
  readonly header: (name: string) => string | undefined;
  readonly body: BoundedBody;
}

/** One request and what becomes of it, as undici 7 tells it and, below, as undici 6 does. */
class Exchange implements DispatchHandler, Sending {
  readonly response: Promise<TransportResponse>;
  readonly #maxResponseBytes: number;
  /** Whether a byte of the request can have left: undici says so just before it writes (D7). */
  #sent = false;
  #begun: Begun | undefined;
  #ended = false;
  #abort: ((reason: Error) => void) | undefined;
  #resolve: (response: TransportResponse) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(maxResponseBytes: number) {
    this.#maxResponseBytes = maxResponseBytes;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  onRequestStart(controller: { abort(reason: Error): void }): void {
    this.#started((reason) => controller.abort(reason));
  }

  onResponseStart(
    _controller: unknown,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#answered(statusCode, (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    });
  }

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    this.onData(chunk);
  }

  onResponseEnd(): void {
    this.onComplete();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.onError(error);
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#started(abort);
  }

  onHeaders(statusCode: number, headers: readonly Uint8Array[]): boolean {
    this.#answered(statusCode, (name) => headerIn(headers.map(String), name));
    return true;
  }

  onData(chunk: Uint8Array): boolean {
    try {
      this.#begun?.body.add(chunk);
    } catch (error) {
      this.#end(error);
    }
    return true;
  }

  onComplete(): void {
    if (this.#begun === undefined) {
      this.fail('the answer ended before it began');
      return;
    }
    const { statusCode, header, body } = this.#begun;
    this.#ended = true;
    this.#resolve({ statusCode, header, body: body.whole() });
  }

  onError(error: Error): void {
    this.fail(error);
  }

  fail(cause: unknown): void {
    this.#ended = true;
    this.#reject(new TransportFailure(cause, { sent: this.#sent, statusCode: this.#begun?.statusCode }));
  }

  cancel(): void {
    if (this.#ended) return;
    this.#end(new TransportFailure(CANCELLED, { sent: this.#sent, statusCode: this.#begun?.statusCode }));
  }

  #started(abort: (reason: Error) => void): void {
    this.#abort = abort;
    // Cancelled while it waited for a connection: it must not go out any more.
    if (this.#ended) abort(new Error(CANCELLED));
    else this.#sent = true;
  }

  #answered(statusCode: number, header: (name: string) => string | undefined): void {
    // Those below 200 come before the answer.
    if (statusCode < 200) return;
    this.#begun = { statusCode, header, body: createBoundedBody(statusCode, this.#maxResponseBytes) };
  }

  #end(reason: unknown): void {
    this.#ended = true;
    this.#reject(reason);
    this.#abort?.(new Error(CANCELLED));
  }
}
