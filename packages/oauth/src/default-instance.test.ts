import { afterEach, describe, expect, it, vi } from 'vitest';
import { tiktokOAuth } from './default-instance.js';
import { tiktokOAuthOptimized } from './index.js';
import { TikTokOAuth } from './tiktok-oauth.js';

afterEach(() => tiktokOAuth.close());

const clear = () => {
  for (const name of [
    'TIKTOK_CLIENT_KEY',
    'TIKTOK_CLIENT_SECRET',
    'TIKTOK_REDIRECT_URI',
    'NEXT_PUBLIC_TIKTOK_REDIRECT_URI',
  ]) {
    vi.stubEnv(name, undefined);
  }
};

describe('tiktokOAuth', () => {
  it('reads the environment at first use, as the brief’s quick start has it', async () => {
    clear();
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awkey');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('NEXT_PUBLIC_TIKTOK_REDIRECT_URI', 'https://app.example/cb');
    const { url, state } = await tiktokOAuthOptimized.getAuthorizationUrl([
      'user.info.basic',
      'video.upload',
      'video.list',
    ]);
    expect(url).toContain('tiktok.com');
    expect(state).toHaveLength(64);
    expect(tiktokOAuth.getCircuitBreakerStats()).toMatchObject({ state: 'CLOSED', totalCalls: 0 });
  });

  it('names every missing variable, and works once they are there', async () => {
    clear();
    await expect(tiktokOAuth.getAuthorizationUrl()).rejects.toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'not_configured',
      message: expect.stringMatching(
        /TIKTOK_CLIENT_KEY is missing.*TIKTOK_CLIENT_SECRET is missing.*TIKTOK_REDIRECT_URI is missing/,
      ),
    });
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awkey');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('TIKTOK_REDIRECT_URI', 'https://app.example/cb');
    await expect(tiktokOAuth.getAuthorizationUrl()).resolves.toHaveProperty('state');
  });

  it('revokeAccess does not throw, not even unconfigured', async () => {
    clear();
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'ERROR');
    await expect(tiktokOAuth.revokeAccess('act.x')).resolves.toBe(false);
  });

  it('lists what is wrong with the environment as problems of the credentials, and looks again each time', async () => {
    clear();
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'aw key');
    tiktokOAuth.clearValidationCache();
    const { valid, problems, live, checkedAt } = await tiktokOAuth.validateCredentials({ live: true });
    expect({ valid, live }).toEqual({ valid: false, live: false });
    expect(checkedAt).toBeInstanceOf(Date);
    expect(problems).toEqual([
      expect.stringMatching(/^TIKTOK_CLIENT_KEY has spaces.*; expected/),
      expect.stringMatching(/^TIKTOK_CLIENT_SECRET is missing; expected/),
      expect.stringMatching(/^TIKTOK_REDIRECT_URI is missing.*; expected/),
    ]);
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awkey');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('TIKTOK_REDIRECT_URI', 'https://app.example/cb');
    await expect(tiktokOAuth.validateCredentials()).resolves.toMatchObject({ valid: true, problems: [] });
  });

  it('keeps what it knows of the credentials until it is told to forget it', async () => {
    clear();
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awkey');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('TIKTOK_REDIRECT_URI', 'https://app.example/cb');
    const first = await tiktokOAuth.validateCredentials();
    await expect(tiktokOAuth.validateCredentials()).resolves.toBe(first);
    tiktokOAuth.clearValidationCache();
    await expect(tiktokOAuth.validateCredentials()).resolves.not.toBe(first);
  });

  it('is the instance that it was, until it is closed', async () => {
    clear();
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awfirst');
    vi.stubEnv('TIKTOK_CLIENT_SECRET', 'secret');
    vi.stubEnv('TIKTOK_REDIRECT_URI', 'https://app.example/cb');
    await tiktokOAuth.getAuthorizationUrl();
    vi.stubEnv('TIKTOK_CLIENT_KEY', 'awsecond');
    expect((await tiktokOAuth.getAuthorizationUrl()).url).toContain('client_key=awfirst');
    await tiktokOAuth.close();
    expect((await tiktokOAuth.getAuthorizationUrl()).url).toContain('client_key=awsecond');
  });

  it('has every method of the class', () => {
    const methods = Object.getOwnPropertyNames(TikTokOAuth.prototype).filter((name) => name !== 'constructor');
    for (const name of methods) expect(tiktokOAuth).toHaveProperty(name, expect.any(Function));
  });
});
