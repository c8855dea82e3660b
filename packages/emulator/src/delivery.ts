import type { Answer } from './answer.js';

/** How an answer gets to the client, if it does. */
export type Delivery =
  | { readonly kind: 'at_once'; readonly answer: Answer }
  | { readonly kind: 'slow_headers'; readonly answer: Answer; readonly delayMs: number }
  | { readonly kind: 'slow_body'; readonly answer: Answer; readonly delayMs: number }
  | { readonly kind: 'reset_half_way'; readonly answer: Answer }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** The answer on its way; `undefined` when there is none. */
export function answerOf(delivery: Delivery): Answer | undefined {
  return 'answer' in delivery ? delivery.answer : undefined;
}

export function mapAnswer(delivery: Delivery, change: (answer: Answer) => Answer): Delivery {
  return 'answer' in delivery ? { ...delivery, answer: change(delivery.answer) } : delivery;
}

/** A body in two parts, the first of which is at least a byte unless there is none. */
export function halves(body: string): [first: Uint8Array, second: Uint8Array] {
  const bytes = new TextEncoder().encode(body);
  const middle = Math.ceil(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
