import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from './index.js';
import { readRules } from './rules.js';
import {
  authorizationUrl,
  credentials,
  getUserInfo,
  obtainCode,
  postForm,
  refresh,
  requestToken,
  signIn,
  startEmulator,
  VERIFIER,
  WEB,
} from './test-support.js';

const BASE64URL = createHash('sha256').update(VERIFIER).digest('base64url');
const NO_PKCE = { redirect_uri: WEB, code_challenge: undefined, code_challenge_method: undefined };

describe('webPkce', () => {
  test.each([
    ['required', NO_PKCE, 'code_challenge'],
    ['refused', { redirect_uri: WEB }, 'code_challenge'],
  ] as const)('%s: the page names the parameter', async (webPkce, changes, parameter) => {
    const emulator = await startEmulator({ webPkce });
    expect((await fetch(authorizationUrl(emulator, changes))).status).toBe(400);
    expect(emulator.requests()[0]?.error).toBe(parameter);
  });

  test.each([
    ['required', { redirect_uri: WEB }],
    ['refused', NO_PKCE],
    ['refused', {}],
  ] as const)('%s: %j is fine', async (webPkce, changes) => {
    const emulator = await startEmulator({ webPkce });
    expect((await requestToken(emulator, await obtainCode(emulator, changes))).status).toBe(200);
  });
});

describe('webPkceEncoding', () => {
  test.each([
    ['hex', 400, 200],
    ['base64url', 200, 400],
    ['either', 200, 200],
  ] as const)('%s: base64url gives %d, hex %d', async (webPkceEncoding, base64url, hex) => {
    const emulator = await startEmulator({ webPkceEncoding });
    const exchange = async (changes: Record<string, string>) =>
      (await requestToken(emulator, await obtainCode(emulator, { redirect_uri: WEB, ...changes }))).status;
    expect(await exchange({ code_challenge: BASE64URL })).toBe(base64url);
    expect(await exchange({})).toBe(hex);
  });

  test('a loopback redirect takes hex alone, whatever web takes', async () => {
    const emulator = await startEmulator({ webPkceEncoding: 'either' });
    const exchange = await obtainCode(emulator, { code_challenge: BASE64URL });
    expect((await requestToken(emulator, exchange)).body.error).toBe('invalid_request');
  });
});

describe('sandboxes and drafts', () => {
  const client = { clientKey: 'sbaw1', clientSecret: 's', redirectUris: [WEB], targetUsers: ['leo.cooks'] };

  test('who is no target user of a sandbox is stopped on the page', async () => {
    const emulator = await startEmulator({ clients: [client] });
    await expect(emulator.consent(authorizationUrl(emulator, NO_PKCE))).rejects.toThrow(
      /refused client_key: @minamakes is not a target user of this sandbox \(unauthorized_client\)/,
    );
    const callback = await emulator.consent(authorizationUrl(emulator, NO_PKCE), { user: 'leo.cooks' });
    expect(new URL(callback).searchParams.has('code')).toBe(true);
  });

  test('or at the exchange', async () => {
    const emulator = await startEmulator({ clients: [client], sandboxRefusal: 'token' });
    const { status, body } = await requestToken(emulator, await obtainCode(emulator, NO_PKCE));
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'unauthorized_client',
      error_description: expect.any(String),
      log_id: expect.any(String),
    });
  });

  test('an app that is not live is refused everywhere', async () => {
    const emulator = await startEmulator({ clients: [{ ...client, targetUsers: undefined, status: 'draft' }] });
    await expect(emulator.consent(authorizationUrl(emulator, NO_PKCE))).rejects.toThrow(
      /refused client_key: .*not live/,
    );
    const { body } = await requestToken(emulator, { grant_type: 'client_credentials' });
    expect(body.error).toBe('unauthorized_client');
  });

  test.each([
    [{ targetUsers: Array.from({ length: 11 }, String) }, /targetUsers is an array of 11; it takes .* up to 10/],
    [{ targetUsers: 'leo' }, /targetUsers is "leo"/],
    [{ status: 'staging' }, /status is "staging"; it takes 'live' or 'draft'/],
  ])('a client of %j is refused by name', async (changes, message) => {
    const options = { clients: [{ ...client, ...changes }] } as EmulatorOptions;
    await expect(startEmulator(options)).rejects.toThrow(message);
  });
});

describe('revoking', () => {
  async function revokeOf(options: EmulatorOptions, pick: 'accessToken' | 'refreshToken') {
    const emulator = await startEmulator(options);
    const tokens = await signIn(emulator);
    const revoke = (token: string) => postForm(`${emulator.url}/v2/oauth/revoke/`, { ...credentials(emulator), token });
    return { emulator, tokens, answer: await revoke(tokens[pick]), again: await revoke(tokens[pick]) };
  }

  test("revokeTakes 'any_token' takes a refresh token too", async () => {
    const { emulator, tokens, answer, again } = await revokeOf({ revokeTakes: 'any_token' }, 'refreshToken');
    expect(answer.status).toBe(200);
    expect(emulator.isLive(tokens.accessToken)).toBe(false);
    expect(again.body.error).toBe('invalid_grant');
  });

  test("revokeDead 'ok' has nothing against a token that is dead", async () => {
    const { again } = await revokeOf({ revokeDead: 'ok' }, 'accessToken');
    expect(again.status).toBe(200);
    expect(again.body).toEqual({});
  });

  test("revokeDead 'ok' does not pass over a live token that cannot be revoked", async () => {
    const { emulator, tokens, answer } = await revokeOf({ revokeDead: 'ok' }, 'refreshToken');
    expect(answer.body.error).toBe('invalid_grant');
    expect(emulator.isLive(tokens.refreshToken)).toBe(true);
  });
});

test('trailingSlash optional: API paths work without it', async () => {
  const emulator = await startEmulator({ trailingSlash: 'optional' });
  const fields = { ...credentials(emulator), grant_type: 'client_credentials' };
  expect((await postForm(`${emulator.url}/v2/oauth/token`, fields)).status).toBe(200);
  expect(emulator.count('token')).toBe(1);
});

test('callbackAuthCode: the callback carries the code twice', async () => {
  const emulator = await startEmulator({ callbackAuthCode: true });
  const { searchParams } = new URL(await emulator.consent(authorizationUrl(emulator)));
  expect(searchParams.get('auth_code')).toBe(searchParams.get('code'));
});

test('missingFieldScope: the answer that TikTok documents for it', async () => {
  const emulator = await startEmulator({ missingFieldScope: 'scope_permission_missed' });
  const { accessToken } = await signIn(emulator);
  const { status, body } = await getUserInfo(emulator, accessToken, 'username');
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: { code: 'scope_permission_missed', message: expect.stringContaining('user.info.profile') },
  });
});

describe('rotation and replay, over HTTP', () => {
  test('never: the same refresh token comes back, and goes on working', async () => {
    const emulator = await startEmulator({ rotation: 'never' });
    const { refreshToken } = await signIn(emulator);
    for (let time = 0; time < 2; time++) {
      expect((await refresh(emulator, refreshToken)).body.refresh_token).toBe(refreshToken);
    }
    expect(emulator.replays).toBe(0);
  });

  test('grace: the old one works until the clock has moved past it', async () => {
    const emulator = await startEmulator({ rotation: { graceMs: 5_000 }, now: new Date() });
    const { refreshToken } = await signIn(emulator);
    await refresh(emulator, refreshToken);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
    emulator.clock.advance(5_000);
    expect((await refresh(emulator, refreshToken)).body.error).toBe('invalid_grant');
  });

  test('revokes_family: a replay ends the sign-in', async () => {
    const emulator = await startEmulator({ replay: 'revokes_family' });
    const { refreshToken } = await signIn(emulator);
    const { body } = await refresh(emulator, refreshToken);
    await refresh(emulator, refreshToken);
    expect((await refresh(emulator, String(body.refresh_token))).body.error).toBe('invalid_grant');
    expect(emulator.replays).toBe(1);
  });
});

test.each([
  [{ rotation: 'sometimes' }, /rotation is "sometimes"; it takes 'always', 'never' or \{ graceMs \}/],
  [{ rotation: { graceMs: -1 } }, /rotation\.graceMs is -1/],
  [{ rotation: { grace: 1 } }, /rotation has no "grace"/],
  [{ refreshLifetime: 'forever' }, /refreshLifetime is "forever"; it takes 'fixed' or 'extended'/],
  [{ replay: true }, /replay is true; it takes 'refused' or 'revokes_family'/],
  [{ uncertainFields: ['email'] }, /uncertainFields\[0\] is "email"; it takes 'profile_web_link' or 'is_aigc'/],
  [{ uncertainFields: 'is_aigc' }, /uncertainFields is "is_aigc"; it takes an array of/],
  [{ callbackAuthCode: 'yes' }, /callbackAuthCode is "yes"; it takes true or false/],
])('%j is refused by name', (record, message) => {
  expect(() => readRules(record)).toThrow(message);
});
