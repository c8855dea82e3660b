import type { Answer } from './answer.js';
import type { App } from './app.js';
import { type Delivery, halves } from './delivery.js';
import { BODY_LIMIT_BYTES } from './http-server.js';
import type { IncomingRequest } from './operation.js';
import { siteOf } from './sites.js';
import type { Waits } from './waits.js';

/**
 * A `fetch` that asks the emulator without a socket. It behaves as the one of Node does: network faults reject with a
 * `TypeError` whose cause has a code, an abort with the signal's reason, and requests to anywhere else do not get out.
 */
export function createInProcessFetch(context: {
  app: App;
  url: string;
  waits: Waits;
  isClosed(): boolean;
}): typeof globalThis.fetch {
  const { app, url, waits, isClosed } = context;
  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    const site = siteOf(new URL(request.url).origin, url);
    if (site.kind === 'elsewhere') throw failed(site.problem, 'ENOTFOUND');
    if (isClosed()) throw failed('The emulator is closed.', 'ECONNREFUSED');
    const incoming = await readRequest(request);
    signal.throwIfAborted();
    const delivery = app({ ...incoming, ...(site.kind === 'tiktok' && { site: site.site }) });
    const answer = await carryHead(delivery, { signal, waits });
    if (answer.status === 303 && request.redirect !== 'manual') {
      throw failed(`emulator.fetch does not follow the redirect to the app; pass redirect: 'manual'.`, 'ENOTFOUND');
    }
    return toResponse(answer, { request, body: bodyOf(delivery, { answer, signal, waits }) });
  };
}

/** Waits as the delivery says, and hands over the answer when all of it is there. */
export async function carry(delivery: Delivery, context: { signal: AbortSignal; waits: Waits }): Promise<Answer> {
  const answer = await carryHead(delivery, context);
  if (delivery.kind === 'reset_half_way') throw failed('read ECONNRESET', 'ECONNRESET');
  if (delivery.kind === 'slow_body') await waitFor(delivery.delayMs, context);
  return answer;
}

/** As {@link carry}, until the headers are there. */
async function carryHead(delivery: Delivery, context: { signal: AbortSignal; waits: Waits }): Promise<Answer> {
  switch (delivery.kind) {
    case 'at_once':
    case 'slow_body':
    case 'reset_half_way':
      return delivery.answer;
    case 'slow_headers':
      await waitFor(delivery.delayMs, context);
      return delivery.answer;
    case 'hang':
      await waitFor(undefined, context);
      throw failed('read ECONNRESET', 'ECONNRESET');
    case 'reset':
      throw failed('read ECONNRESET', 'ECONNRESET');
  }
}

async function waitFor(delayMs: number | undefined, context: { signal: AbortSignal; waits: Waits }): Promise<void> {
  const { signal, waits } = context;
  const end = await waits.wait(delayMs, signal);
  signal.throwIfAborted();
  if (end !== 'over') throw failed('read ECONNRESET', 'ECONNRESET');
}

async function readRequest(request: Request): Promise<IncomingRequest> {
  const { pathname, search } = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    target: pathname + search,
    headers: new Map(request.headers),
    body:
      bytes.length > BODY_LIMIT_BYTES
        ? { kind: 'too_large' }
        : { kind: 'complete', text: Buffer.from(bytes).toString('utf8') },
  };
}

function bodyOf(
  delivery: Delivery,
  context: { answer: Answer; signal: AbortSignal; waits: Waits },
): string | ReadableStream<Uint8Array> {
  const { answer, signal, waits } = context;
  if (delivery.kind !== 'slow_body' && delivery.kind !== 'reset_half_way') return answer.body;
  const [first, second] = halves(answer.body);
  const cancelled = new AbortController();
  return new ReadableStream({
    start(controller) {
      controller.enqueue(first);
      if (delivery.kind === 'reset_half_way') {
        // In a later turn: what is queued when a stream errors is lost to its reader.
        setImmediate(() => controller.error(terminated()));
        return;
      }
      const gone = AbortSignal.any([signal, cancelled.signal]);
      waits.wait(delivery.delayMs, gone).then((end) => {
        if (cancelled.signal.aborted) return;
        if (signal.aborted) controller.error(signal.reason);
        else if (end === 'ended') controller.error(terminated());
        else {
          controller.enqueue(second);
          controller.close();
        }
      });
    },
    cancel: () => cancelled.abort(),
  });
}

function toResponse(
  answer: Answer,
  context: { request: Request; body: string | ReadableStream<Uint8Array> },
): Response {
  const { request, body } = context;
  const headers = { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) };
  const response = new Response(request.method === 'HEAD' ? null : body, { status: answer.status, headers });
  // The constructor leaves it empty, and clients ask for it.
  return Object.defineProperty(response, 'url', { value: request.url });
}

/** How `fetch` fails when there is no answer. */
function failed(message: string, code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

/** How the body of a `fetch` fails when the answer breaks off. */
function terminated(): TypeError {
  return new TypeError('terminated', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
}
