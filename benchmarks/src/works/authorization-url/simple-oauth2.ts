import { randomBytes } from 'node:crypto';
import { AuthorizationCode } from 'simple-oauth2';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectUrl } from './expected.js';

export function stateOnly(): Subject {
  const client = new AuthorizationCode({
    client: { id: clientKey, secret: clientSecret, idParamName: 'client_key' },
    auth: { tokenHost: 'https://www.tiktok.com', authorizePath: '/v2/auth/authorize/' },
    options: { scopeSeparator: ',', authorizationMethod: 'body' },
  });
  const scope = [...scopes];
  return {
    call: () => {
      const state = randomBytes(32).toString('hex');
      return { url: client.authorizeURL({ redirect_uri: redirectUri, scope, state }), state };
    },
    check: expectUrl('client_key'),
  };
}
