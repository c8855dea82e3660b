import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const app = {
  TIKTOK_CLIENT_KEY: 'awkey',
  TIKTOK_CLIENT_SECRET: 'secret',
  TIKTOK_REDIRECT_URI: 'https://app.example/auth/tiktok/callback',
};
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('readConfig', () => {
  it('with nothing set it is port 3000, the embedded TikTok and memory', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      tiktok: { kind: 'embedded' },
      tokens: { kind: 'memory' },
      sessionSecret: undefined,
      scopes: undefined,
    });
  });

  it('takes an app at TikTok, and scopes', () => {
    const config = readConfig({ ...app, TIKTOK_SCOPES: 'user.info.basic, video.list', PORT: '8080', HOST: '0.0.0.0' });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      tiktok: { kind: 'configured', app: { clientKey: 'awkey', redirectUri: app.TIKTOK_REDIRECT_URI } },
      scopes: ['user.info.basic', 'video.list'],
    });
  });

  it.each(['TIKTOK_CLIENT_KEY', 'TIKTOK_CLIENT_SECRET', 'TIKTOK_REDIRECT_URI'])(
    'names %s when it alone is missing',
    (name) => {
      expect(() => readConfig({ ...app, [name]: undefined })).toThrow(`${name} is missing`);
    },
  );

  it.each([
    [
      { ...app, TIKTOK_REDIRECT_URI: 'http://app.example/cb' },
      /TIKTOK_REDIRECT_URI is "http:\/\/app.example\/cb"; expected https/,
    ],
    [
      { ...app, TIKTOK_REDIRECT_URI: 'https://app.example/cb' },
      /TIKTOK_REDIRECT_URI is .*expected its path to be \/auth\/tiktok\/callback/,
    ],
    [{ TIKTOK_API_BASE_URL: 'http://127.0.0.1:4010' }, /TIKTOK_CLIENT_KEY is missing/],
    [{ ...app, TIKTOK_API_BASE_URL: 'ftp://x' }, /TIKTOK_API_BASE_URL is "ftp:\/\/x"/],
    [{ TIKTOK_SCOPES: 'user.info.basic,' }, /TIKTOK_SCOPES is "user.info.basic,"; expected scopes/],
    [{ REDIS_URL: 'redis:///', TOKEN_ENCRYPTION_KEY: KEY }, /REDIS_URL is malformed/],
    [{ ...app, TIKTOK_CLIENT_KEY: 'a b' }, /TIKTOK_CLIENT_KEY has spaces/],
    [{ PORT: '70000' }, /PORT is "70000"; expected a number from 0 to 65535/],
    [{ REDIS_URL: 'localhost:6379' }, /REDIS_URL is malformed; expected a URL like redis:/],
    [{ REDIS_URL: 'redis://localhost' }, /TOKEN_ENCRYPTION_KEY is missing.*openssl rand -base64 32/],
    [{ REDIS_URL: 'redis://localhost', TOKEN_ENCRYPTION_KEY: 'short' }, /TOKEN_ENCRYPTION_KEY is malformed/],
    [{ SESSION_SECRET: 'short' }, /SESSION_SECRET is too short; expected at least 32 characters/],
  ])('refuses %j with a sentence', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  it('takes Redis with a key', () => {
    expect(readConfig({ REDIS_URL: 'redis://localhost', TOKEN_ENCRYPTION_KEY: KEY }).tokens).toMatchObject({
      kind: 'redis',
      url: 'redis://localhost',
    });
  });
});
