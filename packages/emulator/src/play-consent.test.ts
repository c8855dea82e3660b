import { expect, test } from 'vitest';
import { authorizationUrl, causeOf, startEmulator } from './test-support.js';

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
  const url = 'https://tiktok.example/v2/auth/authorize/?client_key=aw';
  await expect(emulator.consent(url)).rejects.toThrow(/goes to https:\/\/tiktok\.example is not this emulator/);
});

test('a played consent meets faults too, and can be given up', async () => {
  const emulator = await startEmulator();
  emulator.fail('authorize', 'html', { times: 1 });
  await expect(emulator.consent(authorizationUrl(emulator))).rejects.toThrow(/answered 502/);
  emulator.fail('consent', 'reset', { times: 1 });
  expect(await causeOf(emulator.consent(authorizationUrl(emulator)))).toBe('ECONNRESET');
  emulator.fail('authorize', 'hang');
  const signal = AbortSignal.timeout(20);
  await expect(emulator.consent(authorizationUrl(emulator), { signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
