import { TikTokError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import { connectedAccount, due, expired, fresh } from '../test-support/connected-account.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';
import { Cooldowns } from './cooldowns.js';

describe('an account whose refresh has failed', () => {
  it('cools down for 1 s, then twice as long each time, up to a minute', () => {
    let now = 0;
    const cooldowns = new Cooldowns(() => now);
    const lengths = Array.from({ length: 8 }, (_, index) => {
      cooldowns.failed('u1', new Error(String(index)));
      const { remainingMs = 0 } = cooldowns.of('u1') ?? {};
      now += remainingMs;
      expect(cooldowns.of('u1')).toBeUndefined();
      return remainingMs;
    });
    expect(lengths).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    cooldowns.ended('u1');
    cooldowns.failed('u1', new Error('after a success'));
    expect(cooldowns.of('u1')?.remainingMs).toBe(1_000);
  });

  it('cools down for as long as TikTok asks, up to a minute', () => {
    const cooldowns = new Cooldowns(() => 0);
    const limited = (retryAfterMs: number) => new TikTokError('slow down', { type: 'RATE_LIMIT_ERROR', retryAfterMs });
    cooldowns.failed('u1', limited(20_000));
    expect(cooldowns.of('u1')?.remainingMs).toBe(20_000);
    cooldowns.failed('u2', limited(3_600_000));
    expect(cooldowns.of('u2')?.remainingMs).toBe(60_000);
  });

  it('is one of 10,000 at most', () => {
    const cooldowns = new Cooldowns(() => 0);
    for (let i = 0; i <= 10_000; i++) cooldowns.failed(`u${i}`, new Error('down'));
    expect(cooldowns.of('u0')).toBeUndefined();
    expect(cooldowns.of('u1')).toBeDefined();
  });

  it('is not asked again by every caller, who all hear why (D4)', async () => {
    await using account = await connectedAccount(expired, () => oauthError('invalid_client', 401));
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'INVALID_CREDENTIALS' });
    for (let i = 0; i < 20; i++) {
      await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({
        type: 'INVALID_CREDENTIALS',
        code: 'invalid_client',
        logId: 'LOG1',
        retryable: false,
        retryAfterMs: expect.any(Number),
        message: expect.stringContaining('is tried again in 1 s at the earliest'),
      });
    }
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('is asked again after it', async () => {
    let down = true;
    await using account = await connectedAccount(expired, () =>
      down ? oauthError('invalid_client', 401) : tokenAnswer('new'),
    );
    await account.oauth.getValidToken('u1').catch(() => undefined);
    down = false;
    await expect.poll(() => account.oauth.getValidToken('u1'), { timeout: 5_000 }).toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(2);
  });

  it('keeps being served while its token is valid, and costs one request', async () => {
    await using account = await connectedAccount(due, () => oauthError('invalid_client', 401));
    for (let i = 0; i < 20; i++) await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.old');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('is free again at once when new tokens come, whoever brings them', async () => {
    await using account = await connectedAccount(expired, (form) =>
      form.grant_type === 'authorization_code' ? tokenAnswer('signed-in') : oauthError('invalid_client', 401),
    );
    await account.oauth.getValidToken('u1').catch(() => undefined);
    await account.write({ accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...fresh });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.theirs');
  });

  it('costs no other account anything', async () => {
    await using account = await connectedAccount(expired, (form) =>
      form.refresh_token === 'rft.old' ? oauthError('invalid_client', 401) : tokenAnswer('new'),
    );
    await account.oauth.getValidToken('u1').catch(() => undefined);
    await account.oauth.importTokens('u2', {
      access_token: 'act.u2',
      refresh_token: 'rft.u2',
      expires_at: Date.now() - 1_000,
    });
    await expect(account.oauth.getValidToken('u2')).resolves.toBe('act.new');
  });

  it('an account that must sign in again, or is not connected, is no failure: it does not cool down', async () => {
    await using account = await connectedAccount(expired, (form) =>
      form.grant_type === 'authorization_code' ? tokenAnswer('signed-in') : oauthError('invalid_grant'),
    );
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'sign_in_needed' });
    await expect(account.oauth.getValidToken('nobody')).rejects.toMatchObject({ code: 'not_connected' });
    await account.oauth.exchangeCodeForTokens('code', { userId: 'nobody' });
    await expect(account.oauth.getValidToken('nobody')).resolves.toBe('act.signed-in');
  });
});
