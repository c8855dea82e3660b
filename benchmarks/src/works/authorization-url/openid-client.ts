import * as client from 'openid-client';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectPkceUrl, expectUrl } from './expected.js';

const parameters = { client_key: clientKey, redirect_uri: redirectUri, scope: scopes.join(',') };

function configure(): client.Configuration {
  const server = {
    issuer: 'https://www.tiktok.com',
    authorization_endpoint: 'https://www.tiktok.com/v2/auth/authorize/',
    token_endpoint: 'https://open.tiktokapis.com/v2/oauth/token/',
  };
  return new client.Configuration(server, clientKey, clientSecret);
}

export function stateOnly(): Subject {
  const config = configure();
  return {
    call: () => {
      const state = client.randomState();
      return { url: client.buildAuthorizationUrl(config, { ...parameters, state }).href, state };
    },
    check: expectUrl('client_key'),
  };
}

export function pkce(): Subject {
  const config = configure();
  return {
    call: async () => {
      const state = client.randomState();
      const codeVerifier = client.randomPKCECodeVerifier();
      const challenge = await client.calculatePKCECodeChallenge(codeVerifier);
      const { href } = client.buildAuthorizationUrl(config, {
        ...parameters,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      return { url: href, state, codeVerifier };
    },
    check: expectPkceUrl('base64url'),
  };
}
