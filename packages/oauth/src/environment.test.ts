import { describe, expect, it } from 'vitest';
import { configFromEnvironment } from './environment.js';

const env = {
  TIKTOK_CLIENT_KEY: 'awkey',
  TIKTOK_CLIENT_SECRET: 'secret',
  NEXT_PUBLIC_TIKTOK_REDIRECT_URI: 'https://app.example/cb',
};

describe('configFromEnvironment', () => {
  it('reads the three variables', () => {
    expect(configFromEnvironment(env)).toEqual({
      clientKey: 'awkey',
      clientSecret: 'secret',
      redirectUri: 'https://app.example/cb',
    });
  });

  it('TIKTOK_REDIRECT_URI wins where both are set', () => {
    const both = { ...env, TIKTOK_REDIRECT_URI: 'https://other.example/cb' };
    expect(configFromEnvironment(both).redirectUri).toBe('https://other.example/cb');
  });

  it('reads the base URLs of an emulator', () => {
    const urls = { TIKTOK_API_BASE_URL: 'http://127.0.0.1:1', TIKTOK_AUTHORIZE_BASE_URL: 'http://127.0.0.1:2' };
    expect(configFromEnvironment({ ...env, ...urls })).toMatchObject({
      apiBaseUrl: 'http://127.0.0.1:1',
      authorizeBaseUrl: 'http://127.0.0.1:2',
    });
  });

  it.each(['TIKTOK_API_BASE_URL', 'TIKTOK_AUTHORIZE_BASE_URL'])('names a malformed %s', (name) => {
    expect(() => configFromEnvironment({ ...env, [name]: 'ftp://x' })).toThrow(
      `${name} is "ftp://x"; expected an https URL`,
    );
  });

  it('names everything that is missing at once', () => {
    expect(() => configFromEnvironment({})).toThrow(
      /TIKTOK_CLIENT_KEY is missing.*TIKTOK_CLIENT_SECRET is missing.*TIKTOK_REDIRECT_URI is missing.*NEXT_PUBLIC_TIKTOK_REDIRECT_URI/,
    );
  });

  it('does not show the password of a redirect URI', () => {
    const uri = 'https://me:hunter2@app.example/cb';
    const read = () => configFromEnvironment({ ...env, TIKTOK_REDIRECT_URI: uri });
    expect(read).toThrow('TIKTOK_REDIRECT_URI is "https://me:[redacted]@app.example/cb"; expected no user name');
  });

  it('names what is malformed, and what was expected, without showing a secret', () => {
    expect(() => configFromEnvironment({ ...env, TIKTOK_CLIENT_SECRET: 'c4n4ry with space' })).toThrow(
      /^TIKTOK_CLIENT_SECRET has spaces(?!.*c4n4ry)/,
    );
    expect(() => configFromEnvironment({ ...env, TIKTOK_REDIRECT_URI: 'http://app.example/cb' })).toThrow(
      'TIKTOK_REDIRECT_URI is "http://app.example/cb"; expected https, or http on localhost or 127.0.0.1',
    );
  });
});
