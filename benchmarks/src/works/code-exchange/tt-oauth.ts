import { createLogger } from '@tt/logger';
import { createTikTokOAuth, MemoryTokenStore, type TikTokOAuthOptions } from '@tt/oauth';
import { Pool } from 'undici';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, nextCode, tokensOf } from './expected.js';

function exchanging(
  { origin = '' }: Services,
  { dispatcher }: Pick<TikTokOAuthOptions, 'dispatcher'>,
  close: () => Promise<void> = async () => undefined,
): Subject {
  const oauth = createTikTokOAuth({
    ...{ clientKey, clientSecret, redirectUri, dispatcher },
    apiBaseUrl: origin,
    logger: createLogger({ level: 'INFO', output: 'json', destination: { write() {} } }),
    store: new MemoryTokenStore({ allowInProduction: true }),
  });
  return {
    call: async () => tokensOf(await oauth.exchangeCodeForTokens(nextCode())),
    check: expectTokens,
    close: async () => {
      await oauth.close();
      await close();
    },
  };
}

export function byDefault(services: Services): Subject {
  return exchanging(services, {});
}

export function withDispatcher(services: Services): Subject {
  const dispatcher = new Pool(services.origin ?? '');
  return exchanging(services, { dispatcher }, () => dispatcher.close());
}
