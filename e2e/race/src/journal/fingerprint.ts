import { createHash } from 'node:crypto';
import type { Fingerprint } from './entry.js';

export function fingerprint(token: string): Fingerprint {
  return createHash('sha256').update(token).digest('base64url').slice(0, 12);
}
