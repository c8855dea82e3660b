import { untilAborted } from '@tt/resilience';
import { readBounded } from './bounded-body.js';
import {
  AnswerTooLarge,
  CANCELLED,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';

/** The part of the standard `fetch` that is used. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** A transport on a `fetch` of the caller's own. What it does with connections is its own affair. */
export function createFetchTransport(fetch: Fetch, { baseUrl }: { readonly baseUrl: URL }): Transport {
  return {
    send(request) {
      const controller = new AbortController();
      const url = new URL(baseUrl.origin + request.target);
      return {
        response: untilAborted(exchange(fetch, { url, request, signal: controller.signal }), controller.signal),
        cancel: () => controller.abort(new TransportFailure(CANCELLED, { sent: undefined })),
      };
    },
    close() {},
  };
}

interface FetchExchange {
  readonly url: URL;
  readonly request: TransportRequest;
  readonly signal: AbortSignal;
}

async function exchange(fetch: Fetch, { url, request, signal }: FetchExchange): Promise<TransportResponse> {
  const { method, headers, body, maxResponseBytes } = request;
  let statusCode: number | undefined;
  try {
    const response = await fetch(url, {
      method,
      headers: pairs(headers),
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
    });
    statusCode = response.status;
    const answered = response.headers;
    return {
      statusCode,
      header: (name) => answered.get(name) ?? undefined,
      body:
        response.body === null ? new Uint8Array(0) : await readBounded(response.body, { statusCode, maxResponseBytes }),
    };
  } catch (error) {
    if (error instanceof AnswerTooLarge) throw error;
    // Before there is an answer, fetch does not tell how far it came.
    throw new TransportFailure(error, { sent: statusCode === undefined ? undefined : true, statusCode });
  }
}

function pairs(list: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index < list.length; index += 2) found.push([list[index] ?? '', list[index + 1] ?? '']);
  return found;
}
