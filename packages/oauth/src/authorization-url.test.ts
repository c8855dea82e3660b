import { describe, expect, it } from 'vitest';
import { type AuthorizationRequest, buildAuthorizationUrl } from './authorization-url.js';
import { codeChallenge } from './pkce.js';

const request: AuthorizationRequest = {
  authorizeBaseUrl: new URL('https://www.tiktok.com'),
  clientKey: 'awkey',
  redirectUri: 'https://app.example/cb/',
  scopes: ['user.info.basic', 'video.list'],
  pkce: 'off',
};

describe('buildAuthorizationUrl', () => {
  it('is TikTok’s page with its own parameter names, comma-separated scopes and a fresh state', () => {
    const { url, state, codeVerifier } = buildAuthorizationUrl(request);
    expect(url.startsWith('https://www.tiktok.com/v2/auth/authorize/?')).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      client_key: 'awkey',
      scope: 'user.info.basic,video.list',
      response_type: 'code',
      redirect_uri: 'https://app.example/cb/',
      state,
    });
    expect(state).toMatch(/^[0-9a-f]{64}$/);
    expect(codeVerifier).toBeUndefined();
  });

  it.each(['hex', 'base64url'] as const)('sends the %s challenge of the verifier it gives back', (pkce) => {
    const { url, codeVerifier = '' } = buildAuthorizationUrl({ ...request, pkce });
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge')).toBe(codeChallenge(codeVerifier, pkce));
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(url).not.toContain(codeVerifier);
  });

  it.each([
    [true, '1'],
    [false, '0'],
    [undefined, null],
  ])('disableAutoAuth %j sends %j', (disableAutoAuth, sent) => {
    const { url } = buildAuthorizationUrl({ ...request, disableAutoAuth });
    expect(new URL(url).searchParams.get('disable_auto_auth')).toBe(sent);
  });

  it('keeps the path of a base URL', () => {
    const { url } = buildAuthorizationUrl({ ...request, authorizeBaseUrl: new URL('http://127.0.0.1:4010/tiktok/') });
    expect(new URL(url).pathname).toBe('/tiktok/v2/auth/authorize/');
  });
});
