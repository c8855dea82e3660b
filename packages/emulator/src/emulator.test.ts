import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createEmulator } from './index.js';
import {
  authorizationUrl,
  credentials,
  fakeClock,
  getUserInfo,
  obtainCode,
  postForm,
  refresh,
  requestToken,
  signIn,
  startEmulator,
  VERIFIER,
} from './test-support.js';

test('starts in well under 50 ms on a free port of 127.0.0.1', async () => {
  await (await createEmulator()).close();
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const begin = performance.now();
    const emulator = await createEmulator();
    times.push(performance.now() - begin);
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await emulator.close();
  }
  expect(Math.min(...times)).toBeLessThan(50);
});

test('leaves no timer and no socket behind, whatever was going on', async () => {
  const left = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
  const before = left();
  const emulator = await createEmulator({ control: true });
  emulator.fail('avatar', 'hang');
  emulator.fail('favicon', { kind: 'slow_headers', delayMs: 60_000 });
  emulator.fail('user_info', { kind: 'slow_body', delayMs: 60_000 });
  const ask = (path: string, fetchWith: typeof fetch) =>
    fetchWith(emulator.url + path)
      .then((response) => response.text())
      .catch(() => 'failed');
  const paths = ['/avatars/x', '/favicon.ico', '/v2/user/info/'];
  const answers = [fetch, emulator.fetch].flatMap((fetchWith) => paths.map((path) => ask(path, fetchWith)));
  while (emulator.count() < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  await emulator.close();
  expect(await Promise.all(answers)).toEqual(Array(6).fill('failed'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(left()).toBeLessThanOrEqual(before);
});

test('many run at once and share nothing', async () => {
  const emulators = await Promise.all(Array.from({ length: 10 }, () => startEmulator()));
  expect(new Set(emulators.map(({ url }) => url)).size).toBe(10);
  const [first, second] = emulators;
  if (first === undefined || second === undefined) throw new Error('unreachable');
  const { accessToken, refreshToken } = await signIn(first);
  expect((await getUserInfo(second, accessToken, 'open_id')).status).toBe(401);
  expect(second.isLive(refreshToken)).toBe(false);
  expect(second.count()).toBe(1);
});

test('a seed and a clock make every answer the same', async () => {
  const run = async () => {
    const emulator = await startEmulator({ seed: 7, now: fakeClock().now });
    const { body } = await signIn(emulator);
    return { body, logIds: emulator.requests().map((request) => request.logId) };
  };
  expect(await run()).toEqual(await run());
});

test('works with Symbol.asyncDispose', async () => {
  const emulator = await createEmulator();
  await emulator[Symbol.asyncDispose]();
  await expect(fetch(emulator.url)).rejects.toThrow();
});

test('a wrong option rejects with a TypeError', async () => {
  await expect(createEmulator({ port: -1 })).rejects.toThrow(TypeError);
});

test('shows its clients and users', async () => {
  const emulator = await startEmulator();
  expect(emulator.clients[0]).toEqual({
    clientKey: 'awemulatorclientkey',
    clientSecret: 'emulator-client-secret',
    name: 'Example App',
    redirectUris: expect.arrayContaining(['http://localhost:*/auth/tiktok/callback']),
    scopes: ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list'],
    status: 'live',
  });
  expect(emulator.users).toHaveLength(3);
});

test('the request log says who asked for what, when, and how it ended', async () => {
  const clock = fakeClock();
  const emulator = await startEmulator({ now: clock.now });
  await signIn(emulator);
  const refused = await refresh(emulator, 'rft.unknown');
  expect(emulator.requests({ operation: 'token' })).toEqual([
    expect.objectContaining({ status: 200, error: undefined, grantType: 'authorization_code' }),
    {
      operation: 'token',
      method: 'POST',
      path: '/v2/oauth/token/',
      status: 400,
      error: 'invalid_grant',
      grantType: 'refresh_token',
      params: {
        client_key: 'awemulatorclientkey',
        client_secret: '[masked]',
        grant_type: 'refresh_token',
        refresh_token: '[masked]',
      },
      at: new Date(clock.now()),
      logId: refused.body.log_id,
    },
  ]);
  expect(emulator.count()).toBe(4);
  expect(emulator.count('token')).toBe(2);
  expect(emulator.count('token', 'refresh_token')).toBe(1);
  expect(emulator.count('user_info')).toBe(0);
});

test('no secret survives in the request log, wherever it was put', async () => {
  const emulator = await startEmulator();
  const { client_secret } = credentials(emulator);
  const exchange = await obtainCode(emulator);
  const { body } = await requestToken(emulator, exchange);
  const secrets = [
    client_secret,
    exchange.code,
    VERIFIER,
    String(body.access_token),
    String(body.refresh_token),
    'canary-value',
  ];
  await getUserInfo(emulator, String(body.access_token), 'open_id');
  await requestToken(emulator, { client_secret: 'canary-value', grant_type: 'client_credentials' });
  for (const secret of secrets) {
    const encoded = encodeURIComponent(secret);
    const url = `${emulator.url}/v2/oauth/token/`;
    for (const name of [
      'code',
      'refresh_token',
      'token',
      'client_secret',
      'code_verifier',
      'code_challenge',
      'request',
      'my_own',
    ]) {
      await postForm(url, { [name]: secret });
      await fetch(`${url}?${name}=${encoded}`);
      await fetch(authorizationUrl(emulator, { [name]: secret }));
    }
    await fetch(url, {
      method: 'POST',
      body: secret,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const json = { 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', body: secret, headers: json });
    const nested = { code: secret, my_own: [{ token: [secret] }], [secret]: 1, client_key: { [secret]: 2 } };
    await fetch(url, { method: 'POST', body: JSON.stringify(nested), headers: json });
    await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${secret}`, cookie: secret } });
  }
  // What has a shape of ours is found in harmless places too.
  for (const secret of secrets.filter((each) => each !== VERIFIER && each !== 'canary-value')) {
    await requestToken(emulator, { grant_type: secret });
    await fetch(authorizationUrl(emulator, { state: secret, redirect_uri: `https://x.example/?code=${secret}` }));
    await fetch(`${emulator.url}/${secret}`);
    await fetch(`${emulator.url}/v2/user/info/?fields=${encodeURIComponent(secret)}`);
  }
  const log = inspect(emulator.requests(), { depth: null, maxStringLength: null, maxArrayLength: null });
  for (const secret of secrets) {
    expect(log).not.toContain(secret);
    expect(log).not.toContain(encodeURIComponent(secret));
  }
});

test('a reset brings back the start: users, tokens, faults, clock, counts, and what a seed gives', async () => {
  const emulator = await startEmulator({ seed: 1, now: new Date('2026-11-22T12:00:00Z') });
  const first = await signIn(emulator);
  emulator.addUser({ displayName: 'Ann' });
  emulator.user('minamakes').ban();
  emulator.clock.advance(60_000);
  emulator.fail('*', 'hang');
  const hanging = fetch(emulator.url).catch((error: unknown) => error);
  while (emulator.count('unknown') === 0) await new Promise((resolve) => setTimeout(resolve, 5));

  emulator.reset();

  expect(await hanging).toBeInstanceOf(TypeError);
  expect(emulator.users).toHaveLength(3);
  expect(emulator.count()).toBe(0);
  expect(emulator.requests()).toEqual([]);
  expect(emulator.isLive(first.refreshToken)).toBe(false);
  expect(new Date(emulator.clock.now()).toISOString()).toBe('2026-11-22T12:00:00.000Z');
  expect((await signIn(emulator)).body).toEqual(first.body);
});

test('a listener hears of every request as it is answered, secrets masked', async () => {
  const heard: string[] = [];
  const emulator = await startEmulator({
    onRequest: ({ operation, params }) => heard.push(`${operation} ${params.code ?? ''}`.trim()),
  });
  await signIn(emulator);
  expect(heard).toEqual(['authorize', 'consent', 'token [masked]']);
});

test('the request log tells whose requests they were, and lists those of one person', async () => {
  const emulator = await startEmulator();
  const { accessToken, refreshToken } = await signIn(emulator);
  await getUserInfo(emulator, accessToken, 'open_id');
  await refresh(emulator, refreshToken);
  await refresh(emulator, refreshToken);
  await refresh(emulator, 'rft.unknown');
  expect(emulator.requests({ user: 'minamakes' }).map(({ operation, status }) => [operation, status])).toEqual([
    ['consent', 303],
    ['token', 200],
    ['user_info', 200],
    ['token', 200],
    ['token', 400],
  ]);
});

test('answers hundreds of requests, fifty at a time, in seconds', async () => {
  const emulator = await startEmulator();
  const { accessToken } = await signIn(emulator);
  const begin = performance.now();
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 50 }, () => getUserInfo(emulator, accessToken, 'open_id')));
  }
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(emulator.count('user_info')).toBe(500);
});
