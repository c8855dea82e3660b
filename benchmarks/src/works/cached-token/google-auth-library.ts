import { OAuth2Client } from 'google-auth-library';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { accessToken, expectToken, LIFE_S, refreshToken } from './account.js';

export function cached(): Subject {
  const client = new OAuth2Client({ clientId: clientKey, clientSecret, redirectUri });
  client.setCredentials({
    access_token: accessToken,
    refresh_token: refreshToken,
    expiry_date: Date.now() + LIFE_S * 1_000,
  });
  return { call: async () => (await client.getAccessToken()).token, check: expectToken };
}
