import * as client from 'openid-client';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, nextCode, path, tokensOf } from './expected.js';

export function exchange({ origin = '' }: Services): Subject {
  const server = { issuer: origin, token_endpoint: `${origin}${path}` };
  const config = new client.Configuration(server, clientKey, undefined, (_server, _client, body) => {
    body.set('client_key', clientKey);
    body.set('client_secret', clientSecret);
  });
  client.allowInsecureRequests(config);
  const state = client.randomState();
  return {
    call: async () => {
      const callback = new URL(`${redirectUri}?${new URLSearchParams({ code: nextCode(), state })}`);
      return tokensOf(await client.authorizationCodeGrant(config, callback, { expectedState: state }));
    },
    check: expectTokens,
  };
}
