import passportTikTok from 'passport-tiktok-auth';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { type Begun, expectPkceUrl } from './expected.js';

/** What passport does with a strategy for each request, and the session that express-session would give. */
export function pkce(): Subject {
  const strategy = new passportTikTok.Strategy(
    { clientID: clientKey, clientSecret, callbackURL: redirectUri, scope: scopes, state: true, pkce: 'S256' },
    (_accessToken, _refreshToken, _profile, done) => done(undefined, {}),
  );
  return {
    call: () => {
      const session: Record<string, { state?: { handle: string; code_verifier: string } }> = {};
      let url = '';
      const ofThisRequest = Object.assign(Object.create(strategy), {
        redirect: (location: string) => {
          url = location;
        },
        error: (error: unknown) => {
          throw error;
        },
      });
      ofThisRequest.authenticate({ session, query: {} }, {});
      const kept = session['oauth2:tiktok']?.state;
      return { url, state: kept?.handle ?? '', codeVerifier: kept?.code_verifier ?? '' } satisfies Begun;
    },
    check: expectPkceUrl('base64url'),
  };
}
