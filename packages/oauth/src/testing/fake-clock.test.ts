import { createEmulator } from '@tt/emulator';
import { expect, it } from 'vitest';
import { createTikTokOAuth } from '../tiktok-oauth.js';
import { createFakeClock } from './fake-clock.js';

it('stands still, moves on and back, and begins where it is told or now', () => {
  const clock = createFakeClock(1_000);
  expect(clock.now()).toBe(1_000);
  clock.advance(500);
  const { now } = clock;
  expect(now()).toBe(1_500);
  clock.advance(-1_500);
  expect(now()).toBe(0);
  const before = Date.now();
  expect(createFakeClock().now()).toBeGreaterThanOrEqual(before);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
  expect(() => createFakeClock(value)).toThrow(`startMs is ${value}`);
  expect(() => createFakeClock().advance(value)).toThrow(`ms is ${value}`);
});

it('lets a day pass for the application and for TikTok', async () => {
  const clock = createFakeClock();
  const emulator = await createEmulator({ now: clock.now });
  const [{ clientKey, clientSecret }] = emulator.clients;
  const oauth = createTikTokOAuth({
    clientKey,
    clientSecret,
    redirectUri: 'http://localhost:3000/auth/tiktok/callback',
    apiBaseUrl: emulator.url,
    authorizeBaseUrl: emulator.url,
    now: clock.now,
  });
  const { url, state, codeVerifier } = await oauth.getAuthorizationUrl();
  const { userId } = await oauth.handleCallback(await emulator.consent(url), { state, codeVerifier });
  const first = await oauth.getValidToken(userId);
  clock.advance(23 * 60 * 60 * 1_000);
  expect(await oauth.getValidToken(userId)).not.toBe(first);
  await oauth.close();
  await emulator.close();
});
