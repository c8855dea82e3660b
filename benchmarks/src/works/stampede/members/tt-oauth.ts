import { createLogger } from '@tt/logger';
import { createTikTokOAuth, MemoryTokenStore, type TokenStore } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { Redis } from 'ioredis';
import { clientKey, clientSecret, redirectUri } from '../../../client.js';
import type { Services } from '../../../harness/subject.js';
import { openIdOf } from '../../../token-server/accounts.js';
import { expiredPair } from '../herd.js';
import type { Member } from '../member.js';

const DAY_MS = 86_400_000;

export function inMemory(services: Services, account: string): Promise<Member> {
  return make({ services, account, store: new MemoryTokenStore({ allowInProduction: true }) });
}

export async function onRedis(services: Services, account: string): Promise<Member> {
  const client = new Redis(services.redis ?? '');
  const store = createRedisTokenStore({ client, plaintext: true });
  const { getToken, close } = await make({ services, account, store });
  return {
    getToken,
    close: async () => {
      await close();
      await store.close();
      client.disconnect();
    },
  };
}

async function make({
  services: { origin = '' },
  account,
  store,
}: {
  readonly services: Services;
  readonly account: string;
  readonly store: TokenStore;
}): Promise<Member> {
  const oauth = createTikTokOAuth({
    ...{ clientKey, clientSecret, redirectUri, store },
    apiBaseUrl: origin,
    logger: createLogger({ level: 'INFO', output: 'json', destination: { write() {} } }),
  });
  const { accessToken, refreshToken } = expiredPair(account);
  const answer = { access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer' };
  const lives = {
    open_id: openIdOf(account),
    scope: 'user.info.basic',
    expires_in: 86_400,
    refresh_expires_in: 31_536_000,
  };
  // Long enough ago that the access token has run out and the refresh token has not.
  await oauth.importTokens(account, { ...answer, ...lives, obtainedAt: new Date(Date.now() - 2 * DAY_MS) });
  return { getToken: () => oauth.getValidToken(account), close: () => oauth.close() };
}
