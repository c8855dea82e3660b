import { AuthorizationCode } from 'simple-oauth2';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, nextCode, path, tokensOf } from './expected.js';

export function exchange({ origin = '' }: Services): Subject {
  const client = new AuthorizationCode({
    client: { id: clientKey, secret: clientSecret, idParamName: 'client_key' },
    auth: { tokenHost: origin, tokenPath: path },
    options: { authorizationMethod: 'body' },
  });
  return {
    call: async () => tokensOf((await client.getToken({ code: nextCode(), redirect_uri: redirectUri })).token),
    check: expectTokens,
  };
}
