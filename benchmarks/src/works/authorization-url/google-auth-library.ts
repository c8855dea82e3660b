import { randomBytes } from 'node:crypto';
import { OAuth2Client } from 'google-auth-library';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectUrl } from './expected.js';

/** With a state as its documentation makes it. */
export function stateOnly(): Subject {
  const endpoints = { oauth2AuthBaseUrl: 'https://www.tiktok.com/v2/auth/authorize/' };
  const client = new OAuth2Client({ clientId: clientKey, clientSecret, redirectUri, endpoints });
  const scope = [...scopes];
  return {
    call: () => {
      const state = randomBytes(32).toString('hex');
      return { url: client.generateAuthUrl({ scope, state }), state };
    },
    check: expectUrl('client_id'),
  };
}
