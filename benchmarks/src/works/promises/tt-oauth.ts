import assert from 'node:assert/strict';
import { createLogger } from '@tt/logger';
import { createTikTokOAuth, MemoryTokenStore, type TikTokOAuth } from '@tt/oauth';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';

/** More than one round can use up. */
const CODES = 4_000;

function open({ origin = '' }: Services): TikTokOAuth {
  return createTikTokOAuth({
    ...{ clientKey, clientSecret, redirectUri },
    apiBaseUrl: origin,
    authorizeBaseUrl: origin,
    logger: createLogger({ level: 'INFO', output: 'json', destination: { write() {} } }),
    store: new MemoryTokenStore({ allowInProduction: true }),
  });
}

async function codesFrom(services: Services, count: number): Promise<() => string> {
  const response = await fetch(`${services.codes}/${count}`);
  const codes: unknown = await response.json();
  if (!Array.isArray(codes)) throw new TypeError('there are no codes');
  return () => {
    const code: unknown = codes.pop();
    if (typeof code !== 'string') throw new RangeError('there are no codes left');
    return code;
  };
}

export function authorizationUrl(services: Services): Subject {
  const oauth = open(services);
  return {
    call: () => oauth.getAuthorizationUrl(),
    check: (begun) => assert.equal(new URL(Object(begun).url).searchParams.get('state'), Object(begun).state),
    close: () => oauth.close(),
  };
}

export async function cachedToken(services: Services): Promise<Subject> {
  const oauth = open(services);
  const nextCode = await codesFrom(services, 1);
  const { access_token: token } = await oauth.exchangeCodeForTokens(nextCode(), { userId: 'user-1' });
  return {
    call: () => oauth.getValidToken('user-1'),
    check: (given) => assert.equal(given, token),
    close: () => oauth.close(),
  };
}

export async function exchange(services: Services): Promise<Subject> {
  const oauth = open(services);
  const nextCode = await codesFrom(services, CODES);
  return {
    call: () => oauth.exchangeCodeForTokens(nextCode()),
    check: (tokens) => assert.match(Object(tokens).access_token, /^act\./),
    close: () => oauth.close(),
  };
}

export async function userInfo(services: Services): Promise<Subject> {
  const oauth = open(services);
  const nextCode = await codesFrom(services, 1);
  const tokens = await oauth.exchangeCodeForTokens(nextCode());
  return {
    call: () => oauth.getUserInfo(tokens.access_token),
    check: (user) => assert.equal(Object(user).open_id, tokens.open_id),
    close: () => oauth.close(),
  };
}
