import { generateCodeVerifier, generateState, OAuth2RequestError, TikTok } from 'arctic';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Emulator, EmulatorOptions } from '../index.js';
import { LOOPBACK, startEmulator, WEB } from '../test-support.js';

/**
 * arctic knows TikTok, and nothing but TikTok's own hosts. With `emulator.fetch` in the place of `fetch` it talks to the
 * emulator all the same, without a socket.
 */
async function setUp(options: EmulatorOptions, redirectUri: string) {
  const emulator = await startEmulator({ listen: false, ...options });
  vi.stubGlobal('fetch', emulator.fetch);
  const [{ clientKey, clientSecret }] = emulator.clients;
  return { emulator, tiktok: new TikTok(clientKey, clientSecret, redirectUri) };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

async function signIn({ emulator, tiktok }: { emulator: Emulator; tiktok: TikTok }, scopes: string[]) {
  const verifier = generateCodeVerifier();
  const url = tiktok.createAuthorizationURL(generateState(), verifier, scopes);
  expect(url.origin).toBe('https://www.tiktok.com');
  const callback = new URL(await emulator.consent(url));
  return tiktok.validateAuthorizationCode(callback.searchParams.get('code') ?? '', verifier);
}

describe('arctic', () => {
  test('completes the flow on the web where base64url is taken, as it ships', async () => {
    const context = await setUp({ webPkceEncoding: 'base64url' }, WEB);
    const { emulator, tiktok } = context;
    const tokens = await signIn(context, ['user.info.basic']);
    expect(tokens.accessTokenExpiresInSeconds()).toBe(86_400);
    const refreshed = await tiktok.refreshAccessToken(tokens.refreshToken());
    expect(emulator.isLive(tokens.refreshToken())).toBe(false);
    await tiktok.revokeToken(refreshed.accessToken());
    expect(emulator.isLive(refreshed.refreshToken())).toBe(false);
    expect(emulator.requests().map(({ operation }) => operation)).toEqual([
      ...['authorize', 'consent', 'token', 'token', 'revoke'],
    ]);
  });

  test.each([
    ['on a loopback redirect', {}, LOOPBACK],
    ['on the web, by the strict reading', {}, WEB],
  ])('its base64url challenge is refused at the exchange %s', async (_name, options, redirectUri) => {
    const refused = signIn(await setUp(options, redirectUri), ['user.info.basic']);
    await expect(refused).rejects.toBeInstanceOf(OAuth2RequestError);
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      description: 'Code verifier or code challenge is invalid.',
    });
  });

  test('it takes the comma-separated scopes of the answer for one', async () => {
    const tokens = await signIn(await setUp({ webPkceEncoding: 'base64url' }, WEB), ['user.info.basic', 'video.list']);
    expect(tokens.scopes()).toEqual(['user.info.basic,video.list']);
  });

  test('without scopes the page names the parameter', async () => {
    await expect(signIn(await setUp({}, WEB), [])).rejects.toThrow(/refused scope: It is missing/);
  });
});
