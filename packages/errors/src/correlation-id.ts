import { randomFillSync } from 'node:crypto';

const ALLOWED = /^[A-Za-z0-9._:-]{1,64}$/;

/** The characters of a TikTok token are all allowed too. */
const TOKEN_START = /(?:act|rft|clt)\./;

/** Where a logger of this family keeps the id of the request that is being served; every copy of it knows this name. */
const CONTEXT = Symbol.for('@tt/logger.correlation.v1');

const RANDOM_BYTES = 6;

/** Random bytes, drawn for many ids at once: one by one they would cost more than the error that the id is for (D16). */
const pool = { bytes: Buffer.alloc(0), used: 0 };

function randomHex(): string {
  if (pool.used >= pool.bytes.length) {
    pool.bytes = randomFillSync(Buffer.allocUnsafeSlow(RANDOM_BYTES * 512));
    pool.used = 0;
  }
  const start = pool.used;
  pool.used += RANDOM_BYTES;
  return pool.bytes.toString('hex', start, pool.used);
}

/**
 * A new correlation id: `tt-<epoch ms>-<random>`, for example `tt-1736159823400-9f2c1ab07d44`.
 *
 * One id joins an incoming request, every attempt made for it, the error it ends in and TikTok's log id.
 */
export function createCorrelationId(): string {
  return `tt-${Date.now()}-${randomHex()}`;
}

/**
 * Whether `id` may be used as a correlation id: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`, and no TikTok token. Ids
 * arrive in request headers, so anything else is replaced rather than written into a log.
 */
export function isCorrelationId(id: unknown): id is string {
  return typeof id === 'string' && ALLOWED.test(id) && !TOKEN_START.test(id);
}

/** The id of the surrounding `withCorrelationId` of `@tt/logger`, if the application uses that. */
export function ambientCorrelationId(): string | undefined {
  const context: unknown = Object(globalThis)[CONTEXT];
  if (typeof context !== 'object' || context === null || !('getStore' in context)) return undefined;
  const id: unknown = typeof context.getStore === 'function' ? context.getStore() : undefined;
  return isCorrelationId(id) ? id : undefined;
}
