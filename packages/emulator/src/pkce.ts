import { createHash } from 'node:crypto';
import { sameSecret } from './same-secret.js';

/** What an authorization request promised to prove later, and in which encoding it may have done so. */
export type CodeChallenge =
  | { readonly kind: 'none' }
  | { readonly kind: 'S256'; readonly value: string; readonly encoding: ChallengeEncoding };

export type ChallengeEncoding = 'hex' | 'base64url' | 'either';

// 43 is TikTok's documented minimum, but TikTok's own Android SDK sends 32, so its server cannot insist on 43.
const VERIFIER = /^[A-Za-z0-9\-._~]{32,128}$/;

/** Whether a challenge can have come out of any encoding of SHA-256 at all. Which encoding shows at the exchange. */
export function isPlausibleChallenge(challenge: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(challenge);
}

/**
 * TikTok's S256 is the lower-case hex of SHA-256, not base64url as in RFC 7636 (`login-kit-desktop`). For web some report
 * base64url, which is why a challenge carries its encoding.
 *
 * A verifier without a challenge is ignored, as TikTok seems to do.
 */
export function verifierFits(challenge: CodeChallenge, verifier: string | undefined): boolean {
  switch (challenge.kind) {
    case 'none':
      return true;
    case 'S256':
      if (verifier === undefined || !VERIFIER.test(verifier)) return false;
      return encodingsOf(challenge.encoding).some((encoding) =>
        sameSecret(createHash('sha256').update(verifier).digest(encoding), challenge.value),
      );
  }
}

function encodingsOf(encoding: ChallengeEncoding): ('hex' | 'base64url')[] {
  return encoding === 'either' ? ['hex', 'base64url'] : [encoding];
}
