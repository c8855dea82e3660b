import { randomBytes } from 'node:crypto';
import { tiktok } from '@better-auth/core/social-providers';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectUrl } from './expected.js';

/** The provider alone, without the server around it. */
export function stateOnly(): Subject {
  const provider = tiktok({ clientKey, clientSecret, scope: [...scopes], disableDefaultScope: true });
  return {
    call: async () => {
      const state = randomBytes(32).toString('hex');
      // It takes a verifier and does nothing with it.
      const url = await provider.createAuthorizationURL({ state, codeVerifier: '', redirectURI: redirectUri });
      return { url: url.toString(), state };
    },
    check: expectUrl('client_key'),
  };
}
