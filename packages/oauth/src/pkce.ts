import { hash } from 'node:crypto';
import type { RandomPool } from './random-pool.js';

/**
 * How the code challenge is encoded. TikTok wants `hex` where it wants PKCE at all; `base64url` is the RFC's form, and
 * what some web apps report to work; `off` sends none.
 */
export type PkceMode = 'hex' | 'base64url' | 'off';

/** A verifier of 64 characters: 384 random bits. */
export function createCodeVerifier(random: RandomPool): string {
  return random.text(48, 'base64url');
}

/**
 * The S256 challenge for a verifier. TikTok's differs from RFC 7636: the digest is in lower-case hex.
 *
 * @see https://developers.tiktok.com/doc/login-kit-desktop
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export function codeChallenge(verifier: string, mode: Exclude<PkceMode, 'off'>): string {
  return hash('sha256', verifier, mode);
}
