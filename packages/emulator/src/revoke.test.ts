import { expect, test } from 'vitest';
import type { Emulator } from './index.js';
import { credentials, getUserInfo, postForm, refresh, signIn, startEmulator } from './test-support.js';

function revoke(emulator: Emulator, fields: Record<string, string | undefined>) {
  return postForm(`${emulator.url}/v2/oauth/revoke/`, { ...credentials(emulator), ...fields });
}

test('kills the access token and the refresh token with it', async () => {
  const emulator = await startEmulator();
  const { accessToken, refreshToken } = await signIn(emulator);
  const answer = await revoke(emulator, { token: accessToken });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({});
  expect(answer.headers.get('x-tt-logid')).toBeTruthy();
  expect((await getUserInfo(emulator, accessToken, 'open_id')).status).toBe(401);
  expect((await refresh(emulator, refreshToken)).body.error).toBe('invalid_grant');
  expect(emulator.replays).toBe(0);
});

test('a second time there is nothing to revoke', async () => {
  const emulator = await startEmulator();
  const { accessToken } = await signIn(emulator);
  await revoke(emulator, { token: accessToken });
  const again = await revoke(emulator, { token: accessToken });
  expect(again.status).toBe(400);
  expect(again.body).toEqual({
    error: 'invalid_grant',
    error_description: expect.any(String),
    log_id: expect.any(String),
  });
});

test.each([
  [{ token: undefined }, 'invalid_request'],
  [{ token: 'act.unknown' }, 'invalid_grant'],
  [{ client_secret: 'wrong' }, 'invalid_client'],
])('%j is refused and revokes nothing', async (changes, error) => {
  const emulator = await startEmulator();
  const { accessToken, refreshToken } = await signIn(emulator);
  expect((await revoke(emulator, { token: accessToken, ...changes })).body.error).toBe(error);
  expect(emulator.isLive(refreshToken)).toBe(true);
});

test('a refresh token is not taken for an access token', async () => {
  const emulator = await startEmulator();
  const { refreshToken } = await signIn(emulator);
  expect((await revoke(emulator, { token: refreshToken })).body.error).toBe('invalid_grant');
  expect(emulator.isLive(refreshToken)).toBe(true);
});
