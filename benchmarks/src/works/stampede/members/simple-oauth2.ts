import { AuthorizationCode } from 'simple-oauth2';
import { clientKey, clientSecret } from '../../../client.js';
import type { Services } from '../../../harness/subject.js';
import { expiredPair, path } from '../herd.js';
import type { Member } from '../member.js';

/** As its documentation has it: ask whether it has expired, refresh if so. */
export function make({ origin = '' }: Services, account: string): Member {
  const client = new AuthorizationCode({
    client: { id: clientKey, secret: clientSecret, idParamName: 'client_key' },
    auth: { tokenHost: origin, tokenPath: path },
    options: { authorizationMethod: 'body' },
  });
  const { accessToken, refreshToken } = expiredPair(account);
  const expiresAt = new Date(Date.now() - 1_000).toISOString();
  let held = client.createToken({ access_token: accessToken, refresh_token: refreshToken, expires_at: expiresAt });
  return {
    getToken: async () => {
      if (held.expired()) held = await held.refresh();
      return held.token.access_token;
    },
    close: () => undefined,
  };
}
