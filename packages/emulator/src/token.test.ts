import { describe, expect, test } from 'vitest';
import {
  CHALLENGE,
  credentials,
  fakeClock,
  getUserInfo,
  LOOPBACK,
  obtainCode,
  postForm,
  readJson,
  refresh,
  requestToken,
  signIn,
  startEmulator,
  VERIFIER,
  WEB,
} from './test-support.js';

describe('authorization_code', () => {
  test('answers flat, with all fields of the table and no others', async () => {
    const emulator = await startEmulator();
    const { body, status, headers } = await requestToken(emulator, await obtainCode(emulator));
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-tt-logid')).toMatch(/^\d{14}[0-9A-F]{20}$/);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^act\.\w+!\d{4}\.va$/),
      expires_in: 86_400,
      refresh_token: expect.stringMatching(/^rft\.\w+!\d{4}\.va$/),
      refresh_expires_in: 31_536_000,
      open_id: emulator.users[0].openIds.awemulatorclientkey,
      scope: 'user.info.basic',
      token_type: 'Bearer',
    });
  });

  test('gives the lifetimes of the newest pages when asked', async () => {
    const emulator = await startEmulator({ lifetimes: '2h/180d' });
    expect((await signIn(emulator)).body).toMatchObject({ expires_in: 7_200, refresh_expires_in: 15_552_000 });
  });

  test('a code works exactly once', async () => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator);
    const answers = await Promise.all(Array.from({ length: 10 }, () => requestToken(emulator, exchange)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused).toHaveLength(9);
    for (const { body } of refused) {
      expect(body).toEqual({
        error: 'invalid_grant',
        error_description: 'Authorization code is expired.',
        log_id: expect.any(String),
      });
    }
  });

  test('a code lives five minutes', async () => {
    const clock = fakeClock();
    const emulator = await startEmulator({ now: clock.now });
    const early = await obtainCode(emulator);
    const late = await obtainCode(emulator);
    clock.advanceSeconds(299);
    expect((await requestToken(emulator, early)).status).toBe(200);
    clock.advanceSeconds(1);
    expect((await requestToken(emulator, late)).body.error).toBe('invalid_grant');
  });

  test('a code that was not URL-decoded is refused', async () => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator);
    const code = exchange.code.replace('*', '%2A').replace('!', '%21');
    expect((await requestToken(emulator, { ...exchange, code })).body.error).toBe('invalid_grant');
  });

  test('a code of another client is refused', async () => {
    const redirectUris = ['http://localhost:*/auth/tiktok/callback'];
    const emulator = await startEmulator({
      clients: [
        { clientKey: 'aw1', clientSecret: 's1', redirectUris },
        { clientKey: 'aw2', clientSecret: 's2', redirectUris },
      ],
    });
    const exchange = await obtainCode(emulator);
    const foreign = await requestToken(emulator, { ...exchange, client_key: 'aw2', client_secret: 's2' });
    expect(foreign.body.error).toBe('invalid_grant');
    expect((await requestToken(emulator, exchange)).status).toBe(200);
  });

  test.each([
    [
      { redirect_uri: 'http://localhost:3001/auth/tiktok/callback' },
      'Redirect_uri is not matched with the uri when requesting code.',
    ],
    [{ redirect_uri: undefined }, 'The request parameters are malformed.'],
    [{ code: undefined }, 'The request parameters are malformed.'],
    [{ code_verifier: undefined }, 'Code verifier or code challenge is invalid.'],
    [{ code_verifier: `${VERIFIER}x` }, 'Code verifier or code challenge is invalid.'],
  ])('%j is an invalid_request and leaves the code alive', async (changes, description) => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator);
    const { status, body } = await requestToken(emulator, { ...exchange, ...changes });
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_request', error_description: description, log_id: expect.any(String) });
    expect((await requestToken(emulator, exchange)).status).toBe(200);
  });

  test('a base64url challenge passes the consent and fails here, as it does with TikTok', async () => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator, { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' });
    const { body } = await requestToken(emulator, exchange);
    expect(body).toMatchObject({
      error: 'invalid_request',
      error_description: 'Code verifier or code challenge is invalid.',
    });
  });

  test('web needs no verifier, and is held to the challenge it sent', async () => {
    const emulator = await startEmulator();
    const plain = { redirect_uri: WEB, code_challenge: undefined, code_challenge_method: undefined };
    expect(
      (await requestToken(emulator, { ...(await obtainCode(emulator, plain)), code_verifier: undefined })).status,
    ).toBe(200);
    expect((await requestToken(emulator, await obtainCode(emulator, plain))).status).toBe(200);
    const bound = await obtainCode(emulator, { redirect_uri: WEB, code_challenge: CHALLENGE });
    expect((await requestToken(emulator, { ...bound, code_verifier: undefined })).status).toBe(400);
    expect((await requestToken(emulator, bound)).status).toBe(200);
  });
});

describe('refresh_token', () => {
  test('rotates: the new pair works, the old refresh token is dead at once, and its replays are counted', async () => {
    const emulator = await startEmulator();
    const first = await signIn(emulator);
    const { status, body } = await refresh(emulator, first.refreshToken);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(Object.keys(first.body));
    expect(body.refresh_token).not.toBe(first.refreshToken);
    expect(body.open_id).toBe(first.body.open_id);
    expect((await getUserInfo(emulator, String(body.access_token), 'open_id')).status).toBe(200);
    expect(emulator.isLive(first.refreshToken)).toBe(false);
    expect(emulator.isLive(String(body.refresh_token))).toBe(true);
    expect(emulator.replays).toBe(0);

    for (let replays = 1; replays <= 2; replays++) {
      const replay = await refresh(emulator, first.refreshToken);
      expect(replay.status).toBe(400);
      expect(replay.body).toEqual({
        error: 'invalid_grant',
        error_description: 'Refresh token is invalid or expired.',
        log_id: expect.any(String),
      });
      expect(emulator.replays).toBe(replays);
    }
    expect((await refresh(emulator, String(body.refresh_token))).status).toBe(200);
  });

  test('of twenty at once exactly one wins', async () => {
    const emulator = await startEmulator();
    const { refreshToken } = await signIn(emulator);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(emulator, refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(emulator.replays).toBe(19);
  });

  test('an access token is not a refresh token', async () => {
    const emulator = await startEmulator();
    const { accessToken } = await signIn(emulator);
    expect((await refresh(emulator, accessToken)).body.error).toBe('invalid_grant');
    expect((await requestToken(emulator, { grant_type: 'refresh_token' })).body.error).toBe('invalid_request');
  });
});

test('client_credentials gives a token of the app, without the rest', async () => {
  const emulator = await startEmulator();
  const { status, body } = await requestToken(emulator, { grant_type: 'client_credentials' });
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.stringMatching(/^clt\.\w+!\d{4}\.va$/),
    expires_in: 7_200,
    token_type: 'Bearer',
  });
  expect((await getUserInfo(emulator, String(body.access_token), 'open_id')).status).toBe(401);
});

describe('refusals', () => {
  const grant = { grant_type: 'client_credentials' };

  test.each([
    [{ ...grant, client_secret: 'wrong' }, 401, 'invalid_client', 'Client key or secret is incorrect.'],
    [{ ...grant, client_key: 'awnobody' }, 401, 'invalid_client', 'Client key or secret is incorrect.'],
    [{ ...grant, client_secret: undefined }, 400, 'invalid_request', 'Client secret is missed in request.'],
    [
      { ...grant, client_key: undefined, client_id: 'awemulatorclientkey' },
      400,
      'invalid_request',
      'The request parameters are malformed.',
    ],
    [{}, 400, 'invalid_request', 'The request parameters are malformed.'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', expect.any(String)],
    [{ grant_type: 'constructor' }, 400, 'unsupported_grant_type', expect.any(String)],
  ])('%j is refused', async (fields, status, error, description) => {
    const emulator = await startEmulator();
    const answer = await requestToken(emulator, fields);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error,
      error_description: description,
      log_id: expect.stringMatching(/^\d{14}[0-9A-F]{20}$/),
    });
    expect(answer.headers.get('x-tt-logid')).toBe(answer.body.log_id);
  });

  test('with oauthErrorStatus 200 the body alone tells', async () => {
    const emulator = await startEmulator({ oauthErrorStatus: '200' });
    const answer = await requestToken(emulator, { ...grant, client_secret: 'wrong' });
    expect(answer.status).toBe(200);
    expect(answer.body.error).toBe('invalid_client');
  });

  test("JSON is refused in TikTok's words", async () => {
    const emulator = await startEmulator();
    const body = JSON.stringify({ ...credentials(emulator), ...grant });
    const headers = { 'content-type': 'application/json' };
    const answer = await readJson(await fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body, headers }));
    expect(answer.body).toMatchObject({
      error: 'invalid_request',
      error_description: 'Only `application/x-www-form-urlencoded` is accepted as Content-Type.',
    });
  });

  test('parameters in the query, HTTP Basic, and repeated parameters do not count', async () => {
    const emulator = await startEmulator();
    const { client_key, client_secret } = credentials(emulator);
    const url = `${emulator.url}/v2/oauth/token/`;
    const inQuery = await postForm(`${url}?grant_type=client_credentials`, credentials(emulator));
    expect(inQuery.body.error).toBe('invalid_request');

    const authorization = `Basic ${Buffer.from(`${client_key}:${client_secret}`).toString('base64')}`;
    const basic = await fetch(url, { method: 'POST', body: new URLSearchParams(grant), headers: { authorization } });
    expect((await readJson(basic)).body.error).toBe('invalid_request');

    const twice = new URLSearchParams([
      ...Object.entries({ ...credentials(emulator), ...grant }),
      ['client_key', client_key],
    ]);
    expect((await readJson(await fetch(url, { method: 'POST', body: twice }))).body.error).toBe('invalid_request');
  });

  test('without its trailing slash the path does not exist', async () => {
    const emulator = await startEmulator();
    const answer = await postForm(`${emulator.url}/v2/oauth/token`, { ...credentials(emulator), ...grant });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: { code: 'not_found', message: expect.stringContaining('end with a slash') },
    });
  });

  test('GET is not allowed', async () => {
    const emulator = await startEmulator();
    const response = await fetch(`${emulator.url}/v2/oauth/token/`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await readJson(response)).body).toMatchObject({ error: 'invalid_request', log_id: expect.any(String) });
  });

  test('redirect_uri of the exchange is the one of the request, not merely a registered one', async () => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator);
    expect(exchange.redirect_uri).toBe(LOOPBACK);
    expect((await requestToken(emulator, { ...exchange, redirect_uri: WEB })).status).toBe(400);
  });
});
