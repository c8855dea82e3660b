import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../index.js';
import { getUserInfo, LOOPBACK, startEmulator } from '../test-support.js';

/** The way of this library to say how a client proves who it is: TikTok's names, in the body. */
function tiktokAuth(clientKey: string, clientSecret: string): client.ClientAuth {
  return (_server, _client, body) => {
    body.set('client_key', clientKey);
    body.set('client_secret', clientSecret);
  };
}

function configure(emulator: Emulator, auth?: client.ClientAuth): client.Configuration {
  const [{ clientKey, clientSecret }] = emulator.clients;
  const server: client.ServerMetadata = {
    issuer: emulator.url,
    authorization_endpoint: `${emulator.url}/v2/auth/authorize/`,
    token_endpoint: `${emulator.url}/v2/oauth/token/`,
    revocation_endpoint: `${emulator.url}/v2/oauth/revoke/`,
  };
  const config = new client.Configuration(server, clientKey, undefined, auth ?? tiktokAuth(clientKey, clientSecret));
  client.allowInsecureRequests(config);
  return config;
}

async function signIn(config: client.Configuration, emulator: Emulator, challengeOf: (verifier: string) => string) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    client_key: emulator.clients[0].clientKey,
    redirect_uri: LOOPBACK,
    scope: 'user.info.basic,video.list',
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  });
  const callback = new URL(await emulator.consent(url));
  return client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedState: state });
}

const hex = (verifier: string) => createHash('sha256').update(verifier).digest('hex');
const base64url = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

describe('openid-client, told of client_key and the hex challenge', () => {
  test('signs in, reads the user, refreshes and revokes', async () => {
    const emulator = await startEmulator();
    const config = configure(emulator);
    const tokens = await signIn(config, emulator, hex);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 86_400, scope: 'user.info.basic,video.list' });
    const info = await getUserInfo(emulator, tokens.access_token, 'display_name');
    expect(info.body.data).toEqual({ user: { display_name: 'Mina Park' } });

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(emulator.isLive(tokens.refresh_token ?? '')).toBe(false);
    await client.tokenRevocation(config, refreshed.access_token);
    expect(emulator.isLive(refreshed.refresh_token ?? '')).toBe(false);
    expect(emulator.replays).toBe(0);
  });

  test('gets a token of the app', async () => {
    const emulator = await startEmulator();
    expect(await client.clientCredentialsGrant(configure(emulator))).toMatchObject({ expires_in: 7_200 });
  });
});

describe('openid-client as it comes', () => {
  test('its base64url challenge passes the consent and fails at the exchange, as with TikTok', async () => {
    const emulator = await startEmulator();
    await expect(signIn(configure(emulator), emulator, base64url)).rejects.toMatchObject({
      error: 'invalid_request',
      error_description: 'Code verifier or code challenge is invalid.',
      status: 400,
    });
  });

  test('client_id in the body is not enough', async () => {
    const emulator = await startEmulator();
    const config = configure(emulator, client.ClientSecretPost(emulator.clients[0].clientSecret));
    await expect(signIn(config, emulator, hex)).rejects.toMatchObject({
      error: 'invalid_request',
      error_description: 'The request parameters are malformed.',
    });
  });

  test('without client_key in the authorization URL the page names it', async () => {
    const emulator = await startEmulator();
    const url = client.buildAuthorizationUrl(configure(emulator), { redirect_uri: LOOPBACK, scope: 'user.info.basic' });
    await expect(emulator.consent(url)).rejects.toThrow(/refused client_key/);
  });
});
