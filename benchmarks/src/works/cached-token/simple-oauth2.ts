import { AuthorizationCode } from 'simple-oauth2';
import { clientKey, clientSecret } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { accessToken, expectToken, LIFE_S, refreshToken } from './account.js';

/** As its documentation has it: ask whether it has expired, refresh if so, take it. */
export function cached(): Subject {
  const client = new AuthorizationCode({
    client: { id: clientKey, secret: clientSecret, idParamName: 'client_key' },
    auth: { tokenHost: 'https://open.tiktokapis.com', tokenPath: '/v2/oauth/token/' },
  });
  let held = client.createToken({ access_token: accessToken, refresh_token: refreshToken, expires_in: LIFE_S });
  return {
    call: async () => {
      if (held.expired(300)) held = await held.refresh();
      return held.token.access_token;
    },
    check: expectToken,
  };
}
