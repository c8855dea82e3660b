import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.js';
import { type Delivery, halves } from './delivery.js';
import type { Waits } from './waits.js';

/** Brings an answer to whoever waits at the other end of the socket, or sees to it that it does not get there. */
export async function deliver(delivery: Delivery, context: { response: ServerResponse; waits: Waits }): Promise<void> {
  const { response, waits } = context;
  const { socket } = response;
  switch (delivery.kind) {
    case 'at_once':
      return sendWhole(delivery.answer, response);
    case 'slow_headers':
      if ((await wait(delivery.delayMs, context)) === 'over') return sendWhole(delivery.answer, response);
      return reset(response);
    case 'slow_body': {
      const [first, second] = sendHead(delivery.answer, response);
      response.write(first);
      if ((await wait(delivery.delayMs, context)) !== 'over') return reset(response);
      response.end(second);
      return;
    }
    case 'hang':
      await waits.wait(undefined, goneOf(response));
      return reset(response);
    case 'reset':
      return reset(response);
    case 'reset_half_way': {
      const [first] = sendHead(delivery.answer, response);
      // An orderly end of the connection: a reset could overtake the half that was sent.
      response.write(first, () => socket?.destroy());
    }
  }
}

function sendWhole(answer: Answer, response: ServerResponse): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** Headers for all of it, and the two parts. */
function sendHead(answer: Answer, response: ServerResponse): [first: Uint8Array, second: Uint8Array] {
  const [first, second] = halves(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': first.length + second.length });
  response.flushHeaders();
  return [first, second];
}

function wait(delayMs: number, context: { response: ServerResponse; waits: Waits }) {
  return context.waits.wait(delayMs, goneOf(context.response));
}

function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.closed) gone.abort();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** With RST, so that the client's system calls it a reset, and not an end. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
