import { randomBytes } from 'node:crypto';

const ALLOWED = /^[A-Za-z0-9._:-]{1,64}$/;

/**
 * A new correlation id: `tt-<epoch ms>-<random>`, for example `tt-1736159823400-9f2c1ab07d44`.
 *
 * One id joins an incoming request, every attempt made for it, the error it ends in and TikTok's log id.
 */
export function createCorrelationId(): string {
  return `tt-${Date.now()}-${randomBytes(6).toString('hex')}`;
}

/**
 * Whether `id` may be used as a correlation id: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`. Ids arrive in request
 * headers, so anything else is replaced rather than written into a log.
 */
export function isCorrelationId(id: unknown): id is string {
  return typeof id === 'string' && ALLOWED.test(id);
}
