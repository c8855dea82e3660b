import { createHash, randomBytes } from 'node:crypto';
import { clientKey, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectPkceUrl, expectUrl } from './expected.js';

const fixed =
  `https://www.tiktok.com/v2/auth/authorize/?client_key=${clientKey}&response_type=code` +
  `&redirect_uri=${encodeURIComponent(redirectUri)}&scope=${encodeURIComponent(scopes.join(','))}`;

/** A state from the system's randomness, put behind what never changes. */
export function stateOnly(): Subject {
  return {
    call: () => {
      const state = randomBytes(32).toString('hex');
      return { url: `${fixed}&state=${state}`, state };
    },
    check: expectUrl('client_key'),
  };
}

/** Likewise, with a verifier and one hash. */
export function pkce(): Subject {
  return {
    call: () => {
      const state = randomBytes(32).toString('hex');
      const codeVerifier = randomBytes(32).toString('base64url');
      const challenge = createHash('sha256').update(codeVerifier).digest('hex');
      const url = `${fixed}&state=${state}&code_challenge_method=S256&code_challenge=${challenge}`;
      return { url, state, codeVerifier };
    },
    check: expectPkceUrl('hex'),
  };
}
