import { AuthorizationCode, ClientCredentials, type ModuleOptions } from 'simple-oauth2';
import { describe, expect, test } from 'vitest';
import type { Emulator, EmulatorOptions } from '../index.js';
import { getUserInfo, startEmulator, WEB } from '../test-support.js';

/** As TikTok wants it; each test of a fault takes one setting out. */
function configure(
  emulator: Emulator,
  changes: { idParamName?: 'client_id'; options?: NonNullable<ModuleOptions<'client_key'>['options']> } = {},
) {
  const [{ clientKey, clientSecret }] = emulator.clients;
  return {
    client: { id: clientKey, secret: clientSecret, idParamName: changes.idParamName ?? ('client_key' as const) },
    auth: {
      tokenHost: emulator.url,
      tokenPath: '/v2/oauth/token/',
      revokePath: '/v2/oauth/revoke/',
    },
    options: { scopeSeparator: ',', authorizationMethod: 'body' as const, ...changes.options },
  };
}

const SCOPE = ['user.info.basic', 'video.list'];

async function signIn(emulator: Emulator, changes: Parameters<typeof configure>[1] = {}) {
  const config = configure(emulator, changes);
  const client = new AuthorizationCode({ ...config, auth: { ...config.auth, authorizePath: '/v2/auth/authorize/' } });
  const url = client.authorizeURL({ redirect_uri: WEB, scope: SCOPE, state: 'state-1' });
  const callback = new URL(await emulator.consent(url));
  expect(callback.searchParams.get('state')).toBe('state-1');
  return client.getToken({ code: callback.searchParams.get('code') ?? '', redirect_uri: WEB });
}

/** What the client makes of a refusal. */
async function refusalOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    await answer;
  } catch (error) {
    const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
    return typeof data === 'object' && data !== null && 'payload' in data ? data.payload : error;
  }
  return 'no refusal';
}

describe('simple-oauth2, told of client_key and commas', () => {
  test('signs in, refreshes, is refused the refresh token it has spent, and revokes', async () => {
    const emulator = await startEmulator();
    const first = await signIn(emulator);
    expect(first.token).toMatchObject({
      scope: 'user.info.basic,video.list',
      open_id: emulator.users[0].openIds.awemulatorclientkey,
    });
    expect(first.expired()).toBe(false);
    const info = await getUserInfo(emulator, String(first.token.access_token), 'display_name');
    expect(info.body.data).toEqual({ user: { display_name: 'Mina Park' } });

    const second = await first.refresh();
    expect(emulator.isLive(String(first.token.refresh_token))).toBe(false);
    expect(emulator.isLive(String(second.token.refresh_token))).toBe(true);
    expect(await refusalOf(first.refresh())).toMatchObject({ error: 'invalid_grant' });
    expect(emulator.replays).toBe(1);

    await second.revoke('access_token');
    expect(emulator.isLive(String(second.token.refresh_token))).toBe(false);
  });

  test('gets a token of the app', async () => {
    const emulator = await startEmulator();
    const { token } = await new ClientCredentials(configure(emulator)).getToken({});
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 7_200 });
  });
});

describe('simple-oauth2 as it comes, against what TikTok is strict about', () => {
  test('client_id on the authorize page: TikTok names client_key', async () => {
    const emulator = await startEmulator();
    await expect(signIn(emulator, { idParamName: 'client_id' })).rejects.toThrow(
      /refused client_key: It is missing\. TikTok's name for it is client_key, not client_id/,
    );
  });

  test('client_id at the token endpoint: the parameters are malformed', async () => {
    const emulator = await startEmulator();
    const client = new ClientCredentials(configure(emulator, { idParamName: 'client_id' }));
    expect(await refusalOf(client.getToken({}))).toMatchObject({
      error: 'invalid_request',
      error_description: 'The request parameters are malformed.',
    });
  });

  test('scopes separated by spaces: TikTok names scope', async () => {
    const emulator = await startEmulator();
    await expect(signIn(emulator, { options: { scopeSeparator: ' ' } })).rejects.toThrow(
      /refused scope: .*Scopes are separated by commas/,
    );
  });

  test('credentials in a Basic header: they do not count', async () => {
    const emulator = await startEmulator();
    expect(await refusalOf(signIn(emulator, { options: { authorizationMethod: 'header' } }))).toMatchObject({
      error: 'invalid_request',
      error_description: 'The request parameters are malformed.',
    });
  });

  test("a JSON body: refused in TikTok's words", async () => {
    const emulator = await startEmulator();
    expect(await refusalOf(signIn(emulator, { options: { bodyFormat: 'json' } }))).toMatchObject({
      error: 'invalid_request',
      error_description: 'Only `application/x-www-form-urlencoded` is accepted as Content-Type.',
    });
  });

  test('an error with HTTP 200: the client takes it for a token, as people have seen', async () => {
    const options: EmulatorOptions = { oauthErrorStatus: '200' };
    const emulator = await startEmulator(options);
    const { token } = await signIn(emulator, { options: { bodyFormat: 'json' } });
    expect(token).toMatchObject({ error: 'invalid_request' });
    expect(token.access_token).toBeUndefined();
  });
});
