import { withCorrelationId } from '@tt/logger';
import { createRateLimiter } from '@tt/resilience';
import { describe, expect, it } from 'vitest';
import type { TikTokOAuthOptions } from './oauth-options.js';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';

describe('how TikTok is reached', () => {
  it('a fetch of the application’s own sends every request', async () => {
    const sent: string[] = [];
    await using tiktok = await startEmulatedTikTok({
      fetch: (url, init) => {
        sent.push(new URL(url).pathname);
        return fetch(url, init);
      },
    });
    const { tokens } = await tiktok.signIn();
    await tiktok.oauth.getUserInfo(tokens.access_token);
    await tiktok.oauth.revokeAccess(tokens.access_token);
    expect(sent).toEqual(['/v2/oauth/token/', '/v2/user/info/', '/v2/oauth/revoke/']);
  });

  it('with the correlation id in a header, where that is asked for', async () => {
    const headers: unknown[] = [];
    await using tiktok = await startEmulatedTikTok({
      correlationIdHeader: 'x-request-id',
      fetch: (url, init) => {
        headers.push(new Headers(init?.headers).get('x-request-id'));
        return fetch(url, init);
      },
    });
    await withCorrelationId('request-7', () => tiktok.oauth.revokeAccess('act.1'));
    expect(headers).toEqual(['request-7']);
  });

  it('so does a dispatcher of the application’s own', async () => {
    const asked: unknown[] = [];
    const dispatcher: NonNullable<TikTokOAuthOptions['dispatcher']> = {
      dispatch({ path }) {
        asked.push(path);
        throw Object.assign(new Error('not today'), { code: 'ECONNREFUSED', syscall: 'connect' });
      },
    };
    await using tiktok = await startEmulatedTikTok({ dispatcher, policy: { retry: { attempts: 1 } } });
    await expect(tiktok.oauth.exchangeCodeForTokens('code')).rejects.toMatchObject({
      type: 'NETWORK_ERROR',
      code: 'ECONNREFUSED',
    });
    expect(asked).toEqual(['/v2/oauth/token/']);
    expect(tiktok.emulator.count()).toBe(0);
  });

  it('not by both at once', async () => {
    const dispatcher = { dispatch: () => true };
    await expect(startEmulatedTikTok({ fetch, dispatcher })).rejects.toThrow('fetch and dispatcher are both there');
  });
});

describe('the policy around each request', () => {
  it('waits as long as `random` says, and as `sleep` waits', async () => {
    const waits: number[] = [];
    await using tiktok = await startEmulatedTikTok({
      policy: {},
      random: () => 0.5,
      sleep: async (ms) => {
        waits.push(ms);
      },
    });
    const { tokens } = await tiktok.signIn();
    tiktok.emulator.fail('user_info', 'internal_error');
    await expect(tiktok.oauth.getUserInfo(tokens.access_token)).rejects.toMatchObject({ type: 'SERVER_ERROR' });
    expect(waits).toEqual([100, 200]);
    expect(tiktok.emulator.count('user_info')).toBe(3);
  });

  it('what is set for the retry alone wins', async () => {
    const waits: number[] = [];
    await using tiktok = await startEmulatedTikTok({
      random: () => 0.5,
      sleep: () => Promise.reject(new Error('not this one')),
      policy: {
        retry: {
          attempts: 2,
          baseDelayMs: 1_000,
          random: () => 0.25,
          sleep: async (ms) => {
            waits.push(ms);
          },
        },
      },
    });
    tiktok.emulator.fail('user_info', 'internal_error');
    await expect(tiktok.oauth.getUserInfo('act.x')).rejects.toMatchObject({ type: 'SERVER_ERROR' });
    expect(waits).toEqual([250]);
  });

  it('asks the rate limiter before it sends', async () => {
    using rateLimiter = createRateLimiter({
      limits: { '/v2/user/info/': { limit: 1, windowMs: 60_000, per: 'app' } },
      whenExceeded: 'refuse',
    });
    await using tiktok = await startEmulatedTikTok({ policy: { rateLimiter, retry: { attempts: 1 } } });
    const { tokens } = await tiktok.signIn();
    await tiktok.oauth.getUserInfo(tokens.access_token);
    await expect(tiktok.oauth.getUserInfo(tokens.access_token)).rejects.toMatchObject({
      type: 'RATE_LIMIT_ERROR',
      code: 'rate_limited_locally',
    });
    expect(tiktok.emulator.count('user_info')).toBe(1);
  });

  it('gives an attempt and a call the time they are allowed', async () => {
    await using tiktok = await startEmulatedTikTok({ policy: { timeoutMs: 50, retry: { attempts: 1 } } });
    tiktok.emulator.fail('user_info', 'hang');
    await expect(tiktok.oauth.getUserInfo('act.x')).rejects.toMatchObject({
      type: 'TIMEOUT_ERROR',
      message: expect.stringContaining('attempt timeout of 50 ms'),
    });
    await using hurried = await startEmulatedTikTok({ policy: { deadlineMs: 50 } });
    hurried.emulator.fail('user_info', 'hang');
    await expect(hurried.oauth.getUserInfo('act.x')).rejects.toMatchObject({
      type: 'TIMEOUT_ERROR',
      message: expect.stringContaining('deadline of 50 ms'),
    });
  });

  it('has one breaker, on the clock of the instance, for every call (D8)', async () => {
    await using tiktok = await startEmulatedTikTok({
      policy: { breaker: { failureThreshold: 2 }, retry: { attempts: 1 } },
    });
    const { oauth, emulator } = tiktok;
    const { tokens, userId } = await tiktok.signIn();
    emulator.fail('user_info', 'internal_error', { times: 2 });
    for (const _ of [1, 2]) await expect(oauth.getUserInfo(tokens.access_token)).rejects.toThrow();
    expect(oauth.getCircuitBreakerStats()).toMatchObject({ state: 'OPEN', failures: 2, lastFailureTime: tiktok.now() });
    for (const call of [
      () => oauth.getUserInfo(tokens.access_token),
      () => oauth.exchangeCodeForTokens('x'),
      () => oauth.getClientAccessToken(),
      () => oauth.refreshAccessToken(tokens.refresh_token),
    ]) {
      await expect(call()).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
    }
    // A token that is held needs no TikTok.
    await expect(oauth.getValidToken(userId)).resolves.toBe(tokens.access_token);
    oauth.resetCircuitBreaker();
    await expect(oauth.getUserInfo(tokens.access_token)).resolves.toHaveProperty('open_id');
    expect(oauth.getCircuitBreakerStats()).toMatchObject({ state: 'CLOSED' });
  });
});

describe('an option that is wrong', () => {
  it.each([
    [{ now: 5 }, 'TikTokOAuth: now is number; expected a function'],
    [{ random: 0.5 }, 'TikTokOAuth: random is number; expected a function'],
    [{ sleep: 5 }, 'TikTokOAuth: sleep is number; expected a function'],
    [{ fetch: 'fetch' }, 'fetch is string; expected a function'],
    [{ dispatcher: {} }, 'dispatcher is object; expected an undici Dispatcher'],
    [{ logger: () => undefined }, 'TikTokOAuth: logger has no method debug; expected a logger with debug, info'],
    [{ store: new Map() }, 'TikTokOAuth: store has no method put; expected a store with get, put'],
    [{ policy: { timeoutMs: 0 } }, 'timeoutMs is 0'],
    [{ policy: { retry: { attempts: 0 } } }, 'attempts is 0'],
    [{ redirectUri: 'https://user:hunter2@app.example/cb' }, '[redacted]'],
  ])('is named: %j', async (wrong, message) => {
    const made = startEmulatedTikTok(wrong as Partial<TikTokOAuthOptions>);
    await expect(made).rejects.toThrow(TypeError);
    await expect(made).rejects.toThrow(message);
    await expect(made).rejects.not.toThrow('hunter2');
  });
});
