import { storeError } from '@tt/errors';

/** The answer of a script that says whether it did it, and what it found. */
export function pairOf(reply: unknown): readonly [done: boolean, found: unknown] {
  const [done, found] = listOf(reply);
  return [Number(done) === 1, found];
}

/**
 * The answer of a script that returns a list.
 *
 * @param length How long it has to be, where that is known.
 */
export function listOf(reply: unknown, length?: number): readonly unknown[] {
  if (Array.isArray(reply) && (length === undefined || reply.length === length)) return reply;
  throw storeError('Redis answered something else than the script returns', {
    code: 'redis_error',
    outcomeUnknown: true,
  });
}
