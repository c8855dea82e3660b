import { describe, expect, it } from 'vitest';
import { type AuthorizationUrlParts, AuthorizationUrls } from './authorization-url.js';
import { codeChallenge } from './pkce.js';
import type { TikTokScope } from './scopes.js';

const parts: AuthorizationUrlParts = {
  authorizeBaseUrl: new URL('https://www.tiktok.com'),
  clientKey: 'aw&key',
  redirectUri: 'https://app.example/cb/',
  scopes: ['user.info.basic', 'video.list'],
  pkce: 'off',
};
const scopeOf = (url: string) => new URL(url).searchParams.get('scope');

describe('AuthorizationUrls', () => {
  it('lead to TikTok’s page with its own parameter names, comma-separated scopes and a fresh state', () => {
    const { url, state, codeVerifier } = new AuthorizationUrls(parts).create(parts.scopes);
    expect(url.startsWith('https://www.tiktok.com/v2/auth/authorize/?')).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      client_key: 'aw&key',
      scope: 'user.info.basic,video.list',
      response_type: 'code',
      redirect_uri: 'https://app.example/cb/',
      state,
    });
    expect(state).toMatch(/^[0-9a-f]{64}$/);
    expect(codeVerifier).toBeUndefined();
  });

  it.each(['off', 'hex', 'base64url'] as const)('never repeat a state or verifier (PKCE %s)', (pkce) => {
    const urls = new AuthorizationUrls({ ...parts, pkce });
    const made = Array.from({ length: 500 }, () => urls.create(parts.scopes));
    const secrets = made.flatMap(({ state, codeVerifier }) => [state, codeVerifier ?? state]);
    expect(new Set(secrets).size).toBe(pkce === 'off' ? 500 : 1_000);
  });

  it.each(['hex', 'base64url'] as const)('send the %s challenge of the verifier they come with', (pkce) => {
    const { url, state, codeVerifier = '' } = new AuthorizationUrls({ ...parts, pkce }).create(parts.scopes);
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge')).toBe(codeChallenge(codeVerifier, pkce));
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('state')).toBe(state);
    expect(url).not.toContain(codeVerifier);
  });

  it.each([
    [true, '1'],
    [false, '0'],
    [undefined, null],
  ])('with disableAutoAuth %j send %j', (disableAutoAuth, sent) => {
    const { url } = new AuthorizationUrls({ ...parts, pkce: 'hex' }).create(parts.scopes, { disableAutoAuth });
    expect(new URL(url).searchParams.get('disable_auto_auth')).toBe(sent);
    expect(new URL(url).searchParams.get('code_challenge')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keep the path of a base URL', () => {
    const urls = new AuthorizationUrls({ ...parts, authorizeBaseUrl: new URL('http://127.0.0.1:4010/tiktok/') });
    expect(new URL(urls.create(parts.scopes).url).pathname).toBe('/tiktok/v2/auth/authorize/');
  });
});

describe('the scopes of a URL', () => {
  it('are those of its own call, whatever was asked for before', () => {
    const urls = new AuthorizationUrls(parts);
    expect(scopeOf(urls.create(['video.list']).url)).toBe('video.list');
    expect(scopeOf(urls.create(['video.upload']).url)).toBe('video.upload');
    expect(scopeOf(urls.create(['video.upload', 'video.upload', 'video.list']).url)).toBe('video.upload,video.list');
    expect(scopeOf(urls.create(parts.scopes).url)).toBe('user.info.basic,video.list');
  });

  it('are those that a list has by now, though it is the same list', () => {
    const urls = new AuthorizationUrls(parts);
    const scopes: TikTokScope[] = ['video.list'];
    urls.create(scopes);
    scopes[0] = 'video.upload';
    expect(scopeOf(urls.create(scopes).url)).toBe('video.upload');
  });

  it.each([[[]], [['user.info.basic,video.list']], [['user.info.basic', 'video list']], ['user.info.basic'], [null]])(
    'are refused when they are %j, also after others were taken',
    (scopes) => {
      const urls = new AuthorizationUrls(parts);
      urls.create(parts.scopes);
      expect(() => urls.create(scopes as string[])).toThrow(
        expect.objectContaining({ type: 'VALIDATION_ERROR', code: 'invalid_scopes' }),
      );
      expect(scopeOf(urls.create(parts.scopes).url)).toBe('user.info.basic,video.list');
    },
  );
});
