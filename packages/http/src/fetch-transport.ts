import { AnswerTooLarge, type Transport, TransportFailure } from './transport.js';

/** The part of the standard `fetch` that is used. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** A transport on a `fetch` of the caller's own. */
export function createFetchTransport(fetch: Fetch): Transport {
  return {
    async send({ url, method, headers, body, signal, maxResponseBytes }) {
      let response: Response | undefined;
      try {
        response = await fetch(url, {
          method,
          headers,
          redirect: 'manual',
          ...(body === undefined ? {} : { body }),
          ...(signal === undefined ? {} : { signal }),
        });
        const { status, headers: answered } = response;
        return {
          statusCode: status,
          header: (name) => answered.get(name) ?? undefined,
          body: await readAll(response, maxResponseBytes),
        };
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason;
        if (error instanceof AnswerTooLarge) throw error;
        // What fetch did before it failed it does not tell; `networkError` reads what it can from the cause's code.
        throw response === undefined ? error : new TransportFailure(error, { sent: true, statusCode: response.status });
      }
    },
    close() {},
  };
}

async function readAll(response: Response, maxResponseBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxResponseBytes) throw new AnswerTooLarge(response.status, maxResponseBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
