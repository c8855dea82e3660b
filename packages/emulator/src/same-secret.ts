import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in time that depends on neither content nor length: digests are of one length. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}
