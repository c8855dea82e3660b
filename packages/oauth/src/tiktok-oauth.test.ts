import { inspect } from 'node:util';
import { createEmulator, type Emulator, type EmulatorOptions } from '@tt/emulator';
import { createLogger, withCorrelationId } from '@tt/logger';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryTokenStore } from './memory-token-store.js';
import type { TikTokOAuthOptions } from './oauth-options.js';
import { createTikTokOAuth, TikTokOAuth } from './tiktok-oauth.js';

const REDIRECT_URI = 'http://localhost:3000/auth/tiktok/callback';
const HOUR = 3_600_000;

let emulator: Emulator;
let oauth: TikTokOAuth;
let lines: string[];
/** Both sides' clock. */
let now: number;

afterEach(async () => {
  await oauth.close();
  await emulator.close();
});

async function open(options: Partial<TikTokOAuthOptions> = {}, emulated: EmulatorOptions = {}): Promise<void> {
  now = Date.now();
  lines = [];
  emulator = await createEmulator({ now: () => now, ...emulated });
  const [{ clientKey, clientSecret }] = emulator.clients;
  oauth = createTikTokOAuth({
    clientKey,
    clientSecret,
    redirectUri: REDIRECT_URI,
    apiBaseUrl: emulator.url,
    authorizeBaseUrl: emulator.url,
    logger: createLogger({ level: 'DEBUG', output: 'json', destination: { write: (line) => lines.push(line) } }),
    now: () => now,
    policy: { retry: { baseDelayMs: 1 } },
    ...options,
  });
}

async function signIn(scopes = ['user.info.basic'], userId?: string) {
  const { url, state, codeVerifier } = await oauth.getAuthorizationUrl(scopes);
  return oauth.handleCallback(await emulator.consent(url), { state, codeVerifier, userId });
}

describe('sign-in', () => {
  it('goes from the consent page to a stored, valid token', async () => {
    await open();
    const { userId, tokens, grantedScopes } = await signIn();
    expect(userId).toBe(tokens.open_id);
    expect(tokens).toMatchObject({ expires_in: 86_400, refresh_expires_in: 31_536_000, token_type: 'Bearer' });
    expect(grantedScopes).toEqual(['user.info.basic']);
    await expect(oauth.getValidToken(userId)).resolves.toBe(tokens.access_token);
    expect(emulator.count('token')).toBe(1);
  });

  it('stores under the application’s own user id where there is one (D14)', async () => {
    await open();
    const { tokens } = await signIn(undefined, 'app-user-7');
    await expect(oauth.getValidToken('app-user-7')).resolves.toBe(tokens.access_token);
    await expect(oauth.getValidToken(tokens.open_id)).rejects.toMatchObject({
      type: 'AUTH_ERROR',
      code: 'not_connected',
    });
  });

  it.each([
    ['absent', undefined, 'state_not_expected'],
    ['too short', 'abc', 'state_not_expected'],
    ['another', 'f'.repeat(64), 'state_mismatch'],
  ])('with an expected state that is %s sends nothing', async (_name, state, code) => {
    await open();
    const { url } = await oauth.getAuthorizationUrl();
    const callback = await emulator.consent(url);
    await expect(oauth.handleCallback(callback, { state })).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code });
    expect(emulator.count('token')).toBe(0);
  });

  it('says so when the person cancels', async () => {
    await open();
    const { url, state } = await oauth.getAuthorizationUrl();
    const callback = await emulator.consent(url, { cancel: true });
    await expect(oauth.handleCallback(callback, { state })).rejects.toMatchObject({
      type: 'AUTH_ERROR',
      code: 'access_denied',
      audience: 'user',
    });
    expect(emulator.count('token')).toBe(0);
  });

  it('says what was granted where the person unticks a scope', async () => {
    await open();
    const { url, state, codeVerifier } = await oauth.getAuthorizationUrl(['user.info.basic', 'user.info.stats']);
    const callback = await emulator.consent(url, { scopes: ['user.info.basic'] });
    const { grantedScopes } = await oauth.handleCallback(callback, { state, codeVerifier });
    expect(grantedScopes).toEqual(['user.info.basic']);
  });

  it('a bad code is TOKEN_EXPIRED with a message for the person (D15)', async () => {
    await open();
    await expect(oauth.exchangeCodeForTokens('invalid')).rejects.toMatchObject({
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      userMessage: expect.stringMatching(/sign in again/i),
      logId: expect.any(String),
      operation: 'token.exchange',
    });
    expect(emulator.count('token')).toBe(1);
  });

  it('a wrong secret is the developer’s to mend, at HTTP 200 too', async () => {
    for (const oauthErrorStatus of ['4xx', '200'] as const) {
      await open({ clientSecret: 'wrong' }, { oauthErrorStatus });
      await expect(oauth.exchangeCodeForTokens('x')).rejects.toMatchObject({
        type: 'INVALID_CREDENTIALS',
        audience: 'developer',
      });
      if (oauthErrorStatus === '4xx') {
        await oauth.close();
        await emulator.close();
      }
    }
  });

  it('with PKCE in the wrong encoding it is TikTok’s own words that come back', async () => {
    await open({ pkce: 'base64url' });
    await expect(signIn()).rejects.toMatchObject({
      type: 'INVALID_PARAM',
      message: expect.stringContaining('Code verifier or code challenge is invalid'),
    });
  });
});

describe('user info', () => {
  it('asks for the fields that the token’s scopes allow, and says what it left out', async () => {
    await open();
    const { tokens } = await signIn(['user.info.basic', 'user.info.profile']);
    const user = await oauth.getUserInfo(tokens.access_token);
    expect(user).toMatchObject({ open_id: tokens.open_id, display_name: 'Mina Park', username: 'minamakes' });
    expect(user.omitted.map(({ scope }) => scope)).toEqual(Array(4).fill('user.info.stats'));
  });

  it('asks for what it is told, where it does not know the token', async () => {
    await open();
    const { tokens } = await signIn(['user.info.basic', 'user.info.stats']);
    const other = createTikTokOAuth({
      clientKey: 'awother',
      clientSecret: 'x',
      redirectUri: REDIRECT_URI,
      apiBaseUrl: emulator.url,
    });
    await expect(other.getUserInfo(tokens.access_token)).resolves.not.toHaveProperty('follower_count');
    const scopes = ['user.info.basic', 'user.info.stats'];
    await expect(other.getUserInfo(tokens.access_token, { scopes })).resolves.toHaveProperty('follower_count');
    await other.close();
  });

  it('a token that TikTok does not know is INVALID_TOKEN', async () => {
    await open();
    await expect(oauth.getUserInfo('act.nope')).rejects.toMatchObject({
      type: 'INVALID_TOKEN',
      operation: 'user.info',
    });
  });
});

describe('the token’s life', () => {
  it('is refreshed when due, once for everyone who asks, and the new pair is the live one', async () => {
    await open();
    const { userId, tokens } = await signIn();
    now += 22 * HOUR;
    const given = await Promise.all(Array.from({ length: 50 }, () => oauth.getValidToken(userId)));
    expect(new Set(given).size).toBe(1);
    expect(given[0]).not.toBe(tokens.access_token);
    expect(emulator.count('token', 'refresh_token')).toBe(1);
    expect(emulator.isLive(tokens.refresh_token)).toBe(false);
    now += 22 * HOUR;
    await oauth.getValidToken(userId);
    expect(emulator.count('token', 'refresh_token')).toBe(2);
    expect(emulator.replays).toBe(0);
  });

  it('is refreshed early where the caller needs more time, or TikTok refused the token', async () => {
    await open();
    const { userId, tokens } = await signIn();
    now += HOUR;
    const fresh = await oauth.getValidToken(userId, { minTtlMs: 23.5 * HOUR });
    expect(fresh).not.toBe(tokens.access_token);
    const replaced = await oauth.getValidToken(userId, { rejected: fresh });
    expect(replaced).not.toBe(fresh);
    await expect(oauth.getValidToken(userId, { rejected: fresh })).resolves.toBe(replaced);
    expect(emulator.count('token', 'refresh_token')).toBe(2);
  });

  it('getTokenInfo tells the times and scopes, and prints no token', async () => {
    await open();
    const { userId, tokens } = await signIn();
    const info = await oauth.getTokenInfo(userId);
    expect(info).toMatchObject({
      userId,
      token: tokens.access_token,
      tokenType: 'Bearer',
      expiresAt: new Date(now + 24 * HOUR),
      refreshedAt: new Date(now),
      scopes: ['user.info.basic'],
    });
    expect(inspect(info) + JSON.stringify(info)).not.toContain(tokens.access_token);
    await expect(oauth.getTokenInfo('nobody')).resolves.toBeNull();
  });

  it('refreshAccessToken with a user id stores the new pair; given the spent one again, it gives the stored', async () => {
    await open();
    const { userId, tokens } = await signIn();
    const refreshed = await oauth.refreshAccessToken(tokens.refresh_token, { userId });
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    await expect(oauth.getValidToken(userId)).resolves.toBe(refreshed.access_token);
    const again = await oauth.refreshAccessToken(tokens.refresh_token, { userId });
    expect(again.refresh_token).toBe(refreshed.refresh_token);
    expect(emulator.replays).toBe(0);
  });

  it('refreshAccessToken without a user id stores nothing', async () => {
    await open();
    const { userId, tokens } = await signIn();
    const refreshed = await oauth.refreshAccessToken(tokens.refresh_token);
    expect(emulator.isLive(refreshed.refresh_token ?? '')).toBe(true);
    await expect(oauth.getTokenInfo(userId)).resolves.toMatchObject({ token: tokens.access_token });
  });

  it('revoking and clearing end it on both sides', async () => {
    await open();
    const { userId, tokens } = await signIn();
    await expect(oauth.revokeAccess(await oauth.getValidToken(userId))).resolves.toBe(true);
    await oauth.clearToken(userId);
    expect(emulator.isLive(tokens.refresh_token)).toBe(false);
    await expect(oauth.getValidToken(userId)).rejects.toMatchObject({ code: 'not_connected' });
  });

  it('revokeAccess never throws, and logs what went wrong', async () => {
    await open();
    await expect(oauth.revokeAccess('act.unknown')).resolves.toBe(false);
    await expect(oauth.revokeAccess('')).resolves.toBe(false);
    await emulator.close();
    await expect(oauth.revokeAccess('act.unknown')).resolves.toBe(false);
    expect(lines.filter((line) => line.includes('could not be revoked'))).toHaveLength(3);
  });
});

describe('secrets (D11)', () => {
  it('stay out of logs, errors and printed answers along a whole life', async () => {
    await open();
    const { userId, tokens } = await signIn();
    const [{ clientSecret }] = emulator.clients;
    now += 22 * HOUR;
    const accessToken = await oauth.getValidToken(userId);
    await oauth.getUserInfo('act.wrong').catch((error: unknown) => lines.push(inspect(error)));
    await oauth.exchangeCodeForTokens('wrong*1!4608.va').catch((error: unknown) => lines.push(inspect(error)));
    await oauth.refreshAccessToken(tokens.refresh_token).catch((error: unknown) => lines.push(inspect(error)));
    lines.push(JSON.stringify(tokens), inspect(tokens), JSON.stringify(await oauth.getTokenInfo(userId)));
    const output = lines.join('\n');
    expect(output).toContain('invalid_grant');
    const secrets = [clientSecret, tokens.access_token, tokens.refresh_token, accessToken, 'wrong*1!4608.va'];
    for (const secret of secrets) expect(output).not.toContain(secret);
  });
});

describe('closing', () => {
  it('waits for a code exchange that is under way, and refuses new calls', async () => {
    await open();
    const { url, state, codeVerifier } = await oauth.getAuthorizationUrl();
    const signingIn = oauth.handleCallback(await emulator.consent(url), { state, codeVerifier });
    const closed = oauth.close();
    await expect(oauth.getValidToken('u')).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
    await expect(signingIn).resolves.toHaveProperty('userId');
    await closed;
  });
});

describe('one correlation id (DESIGN 5)', () => {
  it('is the surrounding one, also where nothing was sent', async () => {
    await open();
    const failing: (() => Promise<unknown>)[] = [
      () => oauth.getValidToken('nobody'),
      () => oauth.getUserInfo('act.wrong'),
      () => oauth.exchangeCodeForTokens('invalid'),
      () => oauth.handleCallback('/cb', { state: undefined }),
    ];
    for (const call of failing) {
      await expect(withCorrelationId('request-7', call)).rejects.toMatchObject({ correlationId: 'request-7' });
    }
  });
});

describe('construction', () => {
  const options = { clientKey: 'aw', clientSecret: 's', redirectUri: REDIRECT_URI };

  it.each([
    [{ clientKey: '' }, 'TikTokOAuth: clientKey is empty; expected printable ASCII'],
    [{ clientSecret: 'with space' }, 'TikTokOAuth: clientSecret is malformed'],
    [{ clientSecret: undefined }, 'TikTokOAuth: clientSecret is undefined'],
    [{ redirectUri: 'http://app.example/cb' }, 'TikTokOAuth: redirectUri is "http://app.example/cb"; expected https'],
    [{ scopes: [] }, 'TikTokOAuth: scopes is []; expected a list'],
    [{ scopes: ['a b'] }, 'TikTokOAuth: The scope "a b" cannot be one'],
    [{ refreshWindowMs: Number.NaN }, 'TikTokOAuth: refreshWindowMs is NaN; expected milliseconds, more than 0'],
    [{ pkce: 'S256' }, "TikTokOAuth: pkce is \"S256\"; expected 'hex', 'base64url' or 'off'"],
    [{ apiBaseUrl: 'http://evil.example' }, 'TikTokOAuth: apiBaseUrl is "http://evil.example"; expected an https URL'],
  ])('refuses %j by name', async (wrong, message) => {
    await open();
    expect(() => new TikTokOAuth({ ...options, ...wrong } as TikTokOAuthOptions)).toThrow(message);
  });

  it('sends PKCE to loopback redirect URIs and none to others, unless told to (D12)', async () => {
    await open();
    const challenge = async (over: Partial<TikTokOAuthOptions>) => {
      const one = createTikTokOAuth({ ...options, ...over });
      const { url } = await one.getAuthorizationUrl();
      await one.close();
      return new URL(url).searchParams.get('code_challenge')?.length ?? null;
    };
    await expect(challenge({})).resolves.toBe(64);
    await expect(challenge({ redirectUri: 'https://app.example/cb' })).resolves.toBeNull();
    await expect(challenge({ redirectUri: 'https://app.example/cb', pkce: 'base64url' })).resolves.toBe(43);
    await expect(challenge({ pkce: 'off' })).resolves.toBeNull();
  });

  it('refuses an odd user id before anything is sent', async () => {
    await open();
    await expect(oauth.getValidToken('')).rejects.toMatchObject({
      code: 'invalid_user_id',
      message: expect.stringContaining('userId is empty'),
    });
    await expect(oauth.getValidToken('\ud800')).rejects.toMatchObject({ code: 'invalid_user_id' });
    await expect(oauth.exchangeCodeForTokens('x', { userId: '' })).rejects.toMatchObject({ code: 'invalid_user_id' });
    expect(emulator.count()).toBe(0);
  });

  it('gives the breaker’s stats and resets it', async () => {
    await open();
    await oauth.exchangeCodeForTokens('invalid').catch(() => undefined);
    expect(oauth.getCircuitBreakerStats()).toMatchObject({ state: 'CLOSED', successes: 1, failures: 0, totalCalls: 1 });
    oauth.resetCircuitBreaker();
    expect(oauth.getCircuitBreakerStats()).toMatchObject({ totalCalls: 0 });
  });

  it('leaves a store open that was passed in', async () => {
    const store = new MemoryTokenStore();
    await open({ store });
    await oauth.close();
    await expect(store.get({ clientKey: 'a', userId: 'b' })).resolves.toBeNull();
  });
});
