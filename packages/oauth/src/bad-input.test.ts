import { TikTokError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';
import { startScriptedTikTok, tokenAnswer } from './test-support/scripted-tiktok.js';
import type { TikTokOAuth } from './tiktok-oauth.js';

const refused = (code: string, message: string) => ({
  type: 'VALIDATION_ERROR',
  code,
  message: expect.stringContaining(message),
});

describe('a token or code that cannot be one', () => {
  const takers: readonly [string, (oauth: TikTokOAuth, value: string) => Promise<unknown>][] = [
    ['code', (oauth, value) => oauth.exchangeCodeForTokens(value)],
    ['codeVerifier', (oauth, value) => oauth.exchangeCodeForTokens('code', { codeVerifier: value })],
    ['refreshToken', (oauth, value) => oauth.refreshAccessToken(value)],
    ['refreshToken', (oauth, value) => oauth.refreshAccessToken(value, { userId: 'u1' })],
    ['accessToken', (oauth, value) => oauth.getUserInfo(value)],
  ];
  const values: readonly [unknown, string, string][] = [
    ['', 'malformed_token', 'is empty'],
    ['act.with space', 'malformed_token', 'has white space in it'],
    ['act.line\nbreak', 'malformed_token', 'has white space in it'],
    [' act.padded', 'malformed_token', 'has white space in it'],
    ['[redacted]', 'redacted_token', 'is [redacted]'],
    ['act.[redacted]', 'redacted_token', 'is [redacted]'],
    [null, 'malformed_token', 'is object'],
    [{ access_token: 'act.x' }, 'malformed_token', 'is object'],
    [42, 'malformed_token', 'is number'],
  ];

  it.each(takers)('is refused by name as %s, and nothing is sent', async (name, take) => {
    await using tiktok = await startEmulatedTikTok();
    for (const [value, code, message] of values) {
      await expect(take(tiktok.oauth, value as string)).rejects.toMatchObject(refused(code, `${name} ${message}`));
    }
    expect(tiktok.emulator.count()).toBe(0);
  });

  it('is no reason for revokeAccess to throw', async () => {
    await using tiktok = await startEmulatedTikTok();
    for (const [value] of values) await expect(tiktok.oauth.revokeAccess(value as string)).resolves.toBe(false);
    expect(tiktok.emulator.count()).toBe(0);
  });

  it('what went through JSON is refused when it comes back, and what reveal() gives is taken', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { tokens } = await tiktok.signIn();
    const { access_token: marker } = JSON.parse(JSON.stringify(tokens));
    await expect(tiktok.oauth.getUserInfo(marker)).rejects.toMatchObject(refused('redacted_token', 'reveal()'));
    const { access_token: revealed } = JSON.parse(JSON.stringify(tokens.reveal()));
    await expect(tiktok.oauth.getUserInfo(revealed)).resolves.toHaveProperty('open_id');
  });
});

describe('a user id that cannot be one', () => {
  const takers: readonly [string, (oauth: TikTokOAuth, userId: string) => Promise<unknown>][] = [
    ['exchangeCodeForTokens', (oauth, userId) => oauth.exchangeCodeForTokens('code', { userId })],
    ['refreshAccessToken', (oauth, userId) => oauth.refreshAccessToken('rft.x', { userId })],
    ['getValidToken', (oauth, userId) => oauth.getValidToken(userId)],
    ['getTokenInfo', (oauth, userId) => oauth.getTokenInfo(userId)],
    ['clearToken', (oauth, userId) => oauth.clearToken(userId)],
  ];
  const ids: readonly [unknown, string][] = [
    ['', 'userId is empty'],
    [42, 'userId is number'],
    [null, 'userId is object'],
    ['half a pair \ud800', 'userId is not well-formed Unicode'],
  ];

  it.each(takers)('is refused by %s, and nothing is sent', async (_name, take) => {
    await using tiktok = await startEmulatedTikTok();
    for (const [userId, message] of ids) {
      await expect(take(tiktok.oauth, userId as string)).rejects.toMatchObject(refused('invalid_user_id', message));
    }
    expect(tiktok.emulator.count()).toBe(0);
  });

  it('leaves the code of a callback good', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { url, ...expected } = await tiktok.consent();
    await expect(tiktok.oauth.handleCallback(url, { ...expected, userId: '' })).rejects.toMatchObject(
      refused('invalid_user_id', 'userId is empty'),
    );
    await expect(tiktok.oauth.handleCallback(url, { ...expected, userId: 'u1' })).resolves.toMatchObject({
      userId: 'u1',
    });
  });

  it.each(['ünïcödé 🎉', 'a:b/c{d}*?[e]', ' ', '0', '../../x', '__proto__', 'x'.repeat(1_000)])(
    '%j is one, whatever it looks like',
    async (userId) => {
      await using tiktok = await startEmulatedTikTok();
      const { tokens } = await tiktok.signIn({ userId });
      await expect(tiktok.oauth.getValidToken(userId)).resolves.toBe(tokens.access_token);
    },
  );
});

describe('what cannot be a redirect URI, a scope, a field or a callback', () => {
  it.each(['http://app.example/cb', 'https://app.example/cb?x=1', '/cb', 5])('%j is no redirect URI', async (uri) => {
    await using tiktok = await startEmulatedTikTok();
    await expect(tiktok.oauth.exchangeCodeForTokens('code', { redirectUri: uri as string })).rejects.toMatchObject(
      refused('invalid_redirect_uri', 'redirectUri is'),
    );
    expect(tiktok.emulator.count()).toBe(0);
  });

  it.each([[[]], [['']], [['a b']], [['a,b']], ['user.info.basic'], [null], [[1]]])(
    '%j is no list of scopes',
    async (scopes) => {
      await using tiktok = await startEmulatedTikTok();
      await expect(tiktok.oauth.getAuthorizationUrl(scopes as string[])).rejects.toMatchObject({
        code: 'invalid_scopes',
      });
      await expect(tiktok.oauth.getUserInfo('act.x', { scopes: scopes as string[] })).rejects.toMatchObject({
        code: 'invalid_scopes',
      });
    },
  );

  it.each([
    [[], 'no_fields'],
    [['email'], 'unknown_field'],
    ['open_id', 'invalid_fields'],
    [[null], 'unknown_field'],
  ])('%j are no fields', async (fields, code) => {
    await using tiktok = await startEmulatedTikTok();
    const asked = tiktok.oauth.getUserInfo('act.x', { fields: fields as never });
    await expect(asked).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code });
    expect(tiktok.emulator.count()).toBe(0);
  });

  it('a callback without anything to compare with is refused, also where the second argument is missing', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { url } = await tiktok.consent();
    for (const expected of [undefined, null, {}, { state: '' }, { state: null }, { state: 5 }]) {
      const finished = tiktok.oauth.handleCallback(url, expected as never);
      await expect(finished).rejects.toMatchObject(refused('state_not_expected', 'No sign-in is expected'));
    }
    expect(tiktok.emulator.count('token')).toBe(0);
  });
});

describe('what cannot be an answer of TikTok’s', () => {
  const exchanged = async (fields: Readonly<Record<string, unknown>>) => {
    await using scripted = await startScriptedTikTok(() => tokenAnswer('a', fields));
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    const tokens = await tiktok.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    return { tokens, info: await tiktok.oauth.getTokenInfo('u1'), now: tiktok.now() };
  };

  it.each([[undefined], [null], [-1], [0], ['soon'], [1e300], [[]], [{}]])(
    'a life of %j is taken for five minutes, since the code is spent',
    async (expires_in) => {
      const { tokens, info, now } = await exchanged({ expires_in });
      expect(tokens.expires_in).toBe(300);
      expect(info?.expiresAt).toEqual(new Date(now + 300_000));
    },
  );

  it.each([[undefined], [null], [-1], [0]])('a refresh token’s life of %j is not known', async (refresh_expires_in) => {
    const { tokens } = await exchanged({ refresh_expires_in });
    expect(tokens).not.toHaveProperty('refresh_expires_in');
  });

  it.each(['access_token', 'refresh_token', 'open_id'])(
    'one without %s is a SERVER_ERROR that names it; nothing is stored, and no token is in the error',
    async (field) => {
      await using scripted = await startScriptedTikTok(() => tokenAnswer('c4n4ry', { [field]: undefined }));
      await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
      const error: unknown = await tiktok.oauth
        .exchangeCodeForTokens('code', { userId: 'u1' })
        .catch((e: unknown) => e);
      expect(error).toMatchObject({
        type: 'SERVER_ERROR',
        message: expect.stringContaining(`\`${field}\` is missing`),
      });
      expect(TikTokError.isInstance(error) && JSON.stringify(error)).not.toContain('c4n4ry');
      await expect(tiktok.oauth.getTokenInfo('u1')).resolves.toBeNull();
      expect(scripted.forms).toHaveLength(1);
    },
  );

  it('a refresh without a refresh_token keeps the one that was sent', async () => {
    await using scripted = await startScriptedTikTok((_form, index) =>
      index === 0 ? tokenAnswer('a') : tokenAnswer('b', { refresh_token: undefined, refresh_expires_in: undefined }),
    );
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    const { refresh_token } = await tiktok.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    await expect(tiktok.oauth.refreshAccessToken(refresh_token, { userId: 'u1' })).resolves.toMatchObject({
      access_token: 'act.b',
      refresh_token: 'rft.a',
    });
    const alone = await tiktok.oauth.refreshAccessToken(refresh_token);
    expect(alone).not.toHaveProperty('refresh_token');
  });
});
