import { createEmulator, type Emulator } from '@tt/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TikTokError, TikTokErrorType, tiktokOAuthOptimized } from './index.js';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';

/** Everything that version 2.0 promised of the sign-in, called as its own documentation called it. */
describe('the ready instance, from the three variables of version 2.0', () => {
  const redirectUri = 'https://app.example/api/auth/tiktok/callback';
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await createEmulator({
      clients: [
        {
          clientKey: 'awbrief',
          clientSecret: 'secret',
          redirectUris: [redirectUri],
          scopes: ['user.info.basic', 'video.upload', 'video.list'],
        },
      ],
    });
  });

  beforeEach(() => {
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awbrief');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('NEXT_PUBLIC_TIKTOK_REDIRECT_URI', redirectUri);
    vi.stubEnv('TIKTOK_REDIRECT_URI', undefined);
    vi.stubEnv('TIKTOK_API_BASE_URL', emulator.url);
    vi.stubEnv('TIKTOK_AUTHORIZE_BASE_URL', emulator.url);
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'ERROR');
  });

  afterAll(async () => {
    await tiktokOAuthOptimized.close();
    await emulator.close();
  });

  it('quick start: from the page to the profile', async () => {
    // 1. The page. The state goes into the session.
    const { url, state } = await tiktokOAuthOptimized.getAuthorizationUrl([
      'user.info.basic',
      'video.upload',
      'video.list',
    ]);
    expect(state).toHaveLength(64);
    const session: { state?: string } = { state };

    // 2. The callback: state compared by hand, then the code.
    const callback = new URL(await emulator.consent(url));
    expect(callback.searchParams.get('state')).toBe(session.state);
    const tokens = await tiktokOAuthOptimized.exchangeCodeForTokens(callback.searchParams.get('code') ?? '');
    expect(tokens.reveal()).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 86_400,
      refresh_expires_in: 31_536_000,
      open_id: expect.any(String),
      scope: 'user.info.basic,video.upload,video.list',
      token_type: 'Bearer',
    });

    // 3. The profile.
    const user = await tiktokOAuthOptimized.getUserInfo(tokens.access_token);
    expect(user).toMatchObject({
      open_id: tokens.open_id,
      union_id: expect.any(String),
      avatar_url: expect.stringMatching(/^http/),
      display_name: expect.any(String),
    });

    // 4. From then on a valid token, whenever it is needed, without asking TikTok.
    const asked = emulator.count();
    await expect(tiktokOAuthOptimized.getValidToken(tokens.open_id)).resolves.toBe(tokens.access_token);
    expect(emulator.count()).toBe(asked);
    await expect(tiktokOAuthOptimized.getTokenInfo(tokens.open_id)).resolves.toMatchObject({
      userId: tokens.open_id,
      token: tokens.access_token,
      tokenType: 'Bearer',
      expiresAt: expect.any(Date),
      refreshedAt: expect.any(Date),
    });

    // 5. A refresh by hand: TikTok rotates, so the new refresh token is the one to keep.
    const refreshed = await tiktokOAuthOptimized.refreshAccessToken(tokens.refresh_token);
    expect(refreshed).toMatchObject({
      expires_in: 86_400,
      refresh_expires_in: expect.any(Number),
      token_type: 'Bearer',
    });
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);

    // 6. Goodbye.
    await tiktokOAuthOptimized.revokeAccess(refreshed.access_token);
    expect(emulator.isLive(refreshed.refresh_token ?? '')).toBe(false);
    await tiktokOAuthOptimized.clearToken(tokens.open_id);
    await expect(tiktokOAuthOptimized.getTokenInfo(tokens.open_id)).resolves.toBeNull();
  });

  it('error handling: a bad code is TOKEN_EXPIRED, with everything that an application shows and logs', async () => {
    const error = await tiktokOAuthOptimized.exchangeCodeForTokens('invalid').catch((caught: unknown) => caught);
    if (!(error instanceof TikTokError)) throw error;
    expect(error.type).toBe(TikTokErrorType.TOKEN_EXPIRED);
    expect(error).toMatchObject({
      userMessage: expect.stringMatching(/sign in again/),
      retryable: false,
      correlationId: expect.stringMatching(/^tt-\d+-[0-9a-z]+$/),
      logId: expect.any(String),
      statusCode: 400,
      timestamp: expect.any(Date),
      message: expect.stringContaining('invalid_grant'),
    });
  });

  it('error handling: a rate limit says so, after it was waited for', async () => {
    const limited = emulator.fail('user_info', { kind: 'rate_limit', retryAfter: 0 });
    await expect(tiktokOAuthOptimized.getUserInfo('act.any')).rejects.toMatchObject({
      type: TikTokErrorType.RATE_LIMIT_ERROR,
      retryable: true,
      statusCode: 429,
    });
    expect(limited.hits).toBe(3);
    limited.remove();
  });

  it('error handling: a blip is waited out, and nobody hears of it', async () => {
    const { url, state } = await tiktokOAuthOptimized.getAuthorizationUrl();
    const { tokens } = await tiktokOAuthOptimized.handleCallback(await emulator.consent(url), { state });
    emulator.fail('user_info', 'internal_error', { times: 2 });
    await expect(tiktokOAuthOptimized.getUserInfo(tokens.access_token)).resolves.toHaveProperty('display_name');
  });

  it('CSRF check: a callback that another session began is refused before anything is sent', async () => {
    const mine = await tiktokOAuthOptimized.getAuthorizationUrl();
    const theirs = await tiktokOAuthOptimized.getAuthorizationUrl();
    const callback = await emulator.consent(theirs.url);
    const asked = emulator.count('token');
    await expect(tiktokOAuthOptimized.handleCallback(callback, { state: mine.state })).rejects.toMatchObject({
      type: TikTokErrorType.VALIDATION_ERROR,
      code: 'state_mismatch',
      userMessage: expect.stringMatching(/start again/),
    });
    expect(emulator.count('token')).toBe(asked);
  });

  it('revokeAccess does not throw, whatever it is given', async () => {
    await expect(tiktokOAuthOptimized.revokeAccess('act.unknown')).resolves.toBe(false);
  });
});

describe('monitoring', () => {
  it('tells the breaker’s state, opens it after five failures, and closes it on request', async () => {
    await using tiktok = await startEmulatedTikTok({ policy: { retry: { attempts: 1 } } });
    const { oauth, emulator } = tiktok;
    const began = tiktok.now();
    expect(oauth.getCircuitBreakerStats()).toEqual({
      state: 'CLOSED',
      failures: 0,
      successes: 0,
      totalCalls: 0,
      lastFailureTime: null,
      lastStateChange: began,
    });
    const { tokens } = await tiktok.signIn();
    emulator.clock.advance(1_000);
    emulator.fail('user_info', 'internal_error');
    for (let failure = 1; failure <= 5; failure++) {
      expect(oauth.getCircuitBreakerStats().state).toBe('CLOSED');
      await expect(oauth.getUserInfo(tokens.access_token)).rejects.toMatchObject({ type: 'SERVER_ERROR' });
    }
    expect(oauth.getCircuitBreakerStats()).toEqual({
      state: 'OPEN',
      failures: 5,
      successes: 1,
      totalCalls: 6,
      lastFailureTime: began + 1_000,
      lastStateChange: began + 1_000,
    });
    await expect(oauth.getUserInfo(tokens.access_token)).rejects.toMatchObject({
      type: 'CIRCUIT_OPEN',
      message: expect.stringContaining('Circuit breaker is OPEN'),
      retryable: true,
    });
    expect(emulator.count('user_info')).toBe(5);
    oauth.resetCircuitBreaker();
    expect(oauth.getCircuitBreakerStats().state).toBe('CLOSED');
    emulator.reset();
    await expect(tiktok.signIn()).resolves.toHaveProperty('tokens');
  });
});

describe('the validation cache', () => {
  it('checks at first use, keeps the answer for five minutes, and forgets it when told', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const first = await oauth.validateCredentials({ live: true });
    expect(first).toEqual({ valid: true, problems: [], checkedAt: new Date(tiktok.now()), live: true });
    emulator.clock.advance(299_999);
    await expect(oauth.validateCredentials({ live: true })).resolves.toEqual(first);
    expect(emulator.count('token')).toBe(1);
    oauth.clearValidationCache();
    await oauth.validateCredentials({ live: true });
    expect(emulator.count('token')).toBe(2);
  });
});
