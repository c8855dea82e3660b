import { expect, test } from 'vitest';
import { authorizationUrl, startEmulator } from './test-support.js';

test('decides for the user and the scopes it is told', async () => {
  const emulator = await startEmulator();
  const url = authorizationUrl(emulator, { scope: 'user.info.basic,video.list' });
  const callback = new URL(await emulator.consent(url, { user: 'zoe_ng', scopes: ['video.list'] }));
  expect(callback.searchParams.get('scopes')).toBe('video.list');
  expect(emulator.requests().map((request) => request.operation)).toEqual(['authorize', 'consent']);
  expect(emulator.requests({ operation: 'consent' })[0]?.params).toMatchObject({ user: 'zoe_ng', scope: 'video.list' });
});

test('cancels', async () => {
  const emulator = await startEmulator();
  const callback = new URL(await emulator.consent(new URL(authorizationUrl(emulator)), { cancel: true }));
  expect(callback.searchParams.get('error')).toBe('access_denied');
});

test.each([
  [{ redirect_uri: 'https://evil.example/' }, {}, /refused redirect_uri: It is not one of the registered ones/],
  [{}, { user: 'nobody' }, /refused user: There is no such account/],
  [{}, { scopes: ['video.list'] }, /refused scope/],
])('says what the page refused: %j %j', async (changes, decision, message) => {
  const emulator = await startEmulator();
  await expect(emulator.consent(authorizationUrl(emulator, changes), decision)).rejects.toThrow(message);
});

test('notices a URL that goes elsewhere', async () => {
  const emulator = await startEmulator();
  const url = 'https://www.tiktok.com/v2/auth/authorize/?client_key=aw';
  await expect(emulator.consent(url)).rejects.toThrow(/goes to https:\/\/www\.tiktok\.com, not to this emulator/);
});
