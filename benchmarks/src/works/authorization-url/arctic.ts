import { generateCodeVerifier, generateState, TikTok } from 'arctic';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectPkceUrl } from './expected.js';

export function pkce(): Subject {
  const tiktok = new TikTok(clientKey, clientSecret, redirectUri);
  return {
    call: () => {
      const state = generateState();
      const codeVerifier = generateCodeVerifier();
      const { href } = tiktok.createAuthorizationURL(state, codeVerifier, [...scopes]);
      return { url: href, state, codeVerifier };
    },
    check: expectPkceUrl('base64url'),
  };
}
