import { OAuth2Client } from 'google-auth-library';
import { clientKey, clientSecret, redirectUri } from '../../../client.js';
import type { Services } from '../../../harness/subject.js';
import { expiredPair, path } from '../herd.js';
import type { Member } from '../member.js';

export function make({ origin = '' }: Services, account: string): Member {
  const endpoints = { oauth2TokenUrl: `${origin}${path}` };
  const client = new OAuth2Client({ clientId: clientKey, clientSecret, redirectUri, endpoints });
  const { accessToken, refreshToken } = expiredPair(account);
  client.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: Date.now() - 1_000 });
  return { getToken: async () => (await client.getAccessToken()).token, close: () => undefined };
}
