import { Buffer } from 'node:buffer';
import { AnswerTooLarge } from './transport.js';

/** Collects the parts of an answer's body up to a limit. */
export interface BoundedBody {
  /** @throws AnswerTooLarge once the parts are longer than allowed together. */
  add(chunk: Uint8Array): void;
  whole(): Uint8Array;
}

export function createBoundedBody(statusCode: number, maxResponseBytes: number): BoundedBody {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.byteLength;
      if (size > maxResponseBytes) throw new AnswerTooLarge(statusCode, maxResponseBytes);
      chunks.push(chunk);
    },
    whole() {
      const [first = new Uint8Array(0)] = chunks;
      return chunks.length > 1 ? Buffer.concat(chunks, size) : first;
    },
  };
}

/**
 * Reads a body to its end, or to the limit. Leaving the loop early ends the stream, and with it the connection.
 *
 * @throws AnswerTooLarge when it is longer than allowed.
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  { statusCode, maxResponseBytes }: { readonly statusCode: number; readonly maxResponseBytes: number },
): Promise<Uint8Array> {
  const bounded = createBoundedBody(statusCode, maxResponseBytes);
  for await (const chunk of body) bounded.add(chunk);
  return bounded.whole();
}
