import { TikTok } from 'arctic';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, nextCode } from './expected.js';

interface Dispatcher {
  dispatch(options: { origin: string }, handler: unknown): boolean;
}

/** It knows TikTok's own host alone, so `fetch` is told another one below: one assignment a request. */
export async function exchange({ origin = '' }: Services): Promise<Subject> {
  // The first request makes the dispatcher of Node's own fetch.
  await fetch(origin);
  const name = Object.getOwnPropertySymbols(globalThis).find(({ description }) =>
    description?.startsWith('undici.globalDispatcher'),
  );
  const global: Record<symbol, Dispatcher> = Object(globalThis);
  const agent = name && global[name];
  if (name === undefined || agent === undefined) throw new Error('this Node has no dispatcher where fetch keeps it');
  global[name] = {
    dispatch(options, handler) {
      options.origin = origin;
      return agent.dispatch(options, handler);
    },
  };
  const tiktok = new TikTok(clientKey, clientSecret, redirectUri);
  const codeVerifier = 'v'.repeat(43);
  return {
    call: async () => {
      const tokens = await tiktok.validateAuthorizationCode(nextCode(), codeVerifier);
      return { access: tokens.accessToken(), refresh: tokens.refreshToken() };
    },
    check: expectTokens,
  };
}
