import passportTikTok from 'passport-tiktok-auth';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, nextCode, path } from './expected.js';

/** What passport does with a strategy for a callback, without the profile that it would read too. */
export function exchange({ origin = '' }: Services): Subject {
  const options = { clientID: clientKey, clientSecret, callbackURL: redirectUri, scope: scopes };
  const strategy = new passportTikTok.Strategy(
    { ...options, tokenURL: `${origin}${path}`, skipUserProfile: true },
    (access, refresh, _profile, done) => done(undefined, { access, refresh }),
  );
  return {
    call: () =>
      new Promise((resolve, reject) => {
        const ofThisRequest = Object.assign(Object.create(strategy), { success: resolve, error: reject, fail: reject });
        ofThisRequest.authenticate({ query: { code: nextCode() } }, {});
      }),
    check: expectTokens,
  };
}
