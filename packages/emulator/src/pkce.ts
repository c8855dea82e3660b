import { createHash } from 'node:crypto';
import { sameSecret } from './same-secret.js';

/** What an authorization request promised to prove later. */
export type CodeChallenge = { readonly kind: 'none' } | { readonly kind: 'S256'; readonly value: string };

// 43 is TikTok's documented minimum, but TikTok's own Android SDK sends 32, so its server cannot insist on 43.
const VERIFIER = /^[A-Za-z0-9\-._~]{32,128}$/;

/** Whether a challenge can have come out of any encoding of SHA-256 at all. Which encoding shows at the exchange. */
export function isPlausibleChallenge(challenge: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(challenge);
}

/**
 * TikTok's S256 is the lower-case hex of SHA-256, not base64url as in RFC 7636 (`login-kit-desktop`).
 *
 * A verifier without a challenge is ignored, as TikTok seems to do.
 */
export function verifierFits(challenge: CodeChallenge, verifier: string | undefined): boolean {
  switch (challenge.kind) {
    case 'none':
      return true;
    case 'S256':
      if (verifier === undefined || !VERIFIER.test(verifier)) return false;
      return sameSecret(createHash('sha256').update(verifier).digest('hex'), challenge.value);
  }
}
