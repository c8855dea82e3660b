import { randomBytes } from 'node:crypto';

/** 16 random bytes as base64url: a version, or the owner of a lease. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}
