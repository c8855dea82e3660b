import { describe, expect, it } from 'vitest';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';

describe('a call', () => {
  it('has one correlation id from its first request to its last line, though nobody gave one', async () => {
    await using tiktok = await startEmulatedTikTok();
    tiktok.emulator.fail('token', { kind: 'rate_limit', retryAfter: 0 }, { times: 1 });
    await tiktok.signIn();
    const ids = tiktok.lines.map((line): unknown => JSON.parse(line).correlationId);
    expect(ids.length).toBeGreaterThan(1);
    expect(ids[0]).toMatch(/^tt-/);
    expect(new Set(ids).size).toBe(1);
    await tiktok.signIn();
    const later = tiktok.lines.map((line): unknown => JSON.parse(line).correlationId).at(-1);
    expect(later).not.toBe(ids[0]);
  });

  it('is taken no more once the instance is closed', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth } = tiktok;
    await oauth.close();
    for (const call of [
      () => oauth.exchangeCodeForTokens('x'),
      () => oauth.refreshAccessToken('rft.x'),
      () => oauth.getUserInfo('act.x'),
      () => oauth.getClientAccessToken(),
      () => oauth.validateCredentials({ live: true }),
    ]) {
      await expect(call()).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
    }
    expect(tiktok.emulator.count()).toBe(0);
  });
});
