import { createTikTokOAuth, MemoryTokenStore } from '@tt/oauth';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { accessToken, expectToken, LIFE_S, refreshToken, userId } from './account.js';

export async function cached(): Promise<Subject> {
  const store = new MemoryTokenStore({ allowInProduction: true });
  const oauth = createTikTokOAuth({ clientKey, clientSecret, redirectUri, store });
  const answer = { access_token: accessToken, refresh_token: refreshToken, open_id: 'open-id-1', token_type: 'Bearer' };
  const lives = { expires_in: LIFE_S, refresh_expires_in: 31_536_000, scope: 'user.info.basic' };
  await oauth.importTokens(userId, { ...answer, ...lives, obtainedAt: new Date() });
  return { call: () => oauth.getValidToken(userId), check: expectToken, close: () => oauth.close() };
}
