import { expect, test } from 'vitest';
import { fakeClock, getUserInfo, readJson, signIn, startEmulator } from './test-support.js';
import { USER_FIELDS } from './user-fields.js';

const ALL_SCOPES = 'user.info.basic,user.info.profile,user.info.stats';

test('answers in the envelope, with the fields asked for and no others', async () => {
  const emulator = await startEmulator();
  const { accessToken } = await signIn(emulator);
  const { status, body, headers } = await getUserInfo(emulator, accessToken, 'open_id,display_name');
  expect(status).toBe(200);
  expect(body).toEqual({
    data: { user: { open_id: emulator.users[0].openIds.awemulatorclientkey, display_name: 'Mina Park' } },
    error: { code: 'ok', message: '', log_id: headers.get('x-tt-logid') },
  });
});

test('knows every field of the table', async () => {
  const emulator = await startEmulator({ uncertainFields: ['profile_web_link'] });
  const { accessToken } = await signIn(emulator, { scope: ALL_SCOPES });
  const { body } = await getUserInfo(emulator, accessToken, [...USER_FIELDS.keys()].join(','));
  expect(body.data).toEqual({
    user: {
      open_id: expect.any(String),
      union_id: expect.any(String),
      avatar_url: `${emulator.url}/avatars/minamakes/168.svg`,
      avatar_url_100: `${emulator.url}/avatars/minamakes/100.svg`,
      avatar_large_url: `${emulator.url}/avatars/minamakes/720.svg`,
      display_name: 'Mina Park',
      bio_description: 'Small robots, big soldering iron.',
      profile_deep_link: expect.any(String),
      profile_web_link: expect.any(String),
      is_verified: true,
      username: 'minamakes',
      follower_count: 128_400,
      following_count: 312,
      likes_count: 2_750_113,
      video_count: 87,
    },
  });
});

test("an avatar of the user's own is used in all sizes", async () => {
  const avatarUrl = 'https://cdn.example.com/a.jpeg?x=1';
  const emulator = await startEmulator({ users: [{ displayName: 'Ann', avatarUrl }] });
  const { accessToken } = await signIn(emulator);
  const { body } = await getUserInfo(emulator, accessToken, 'avatar_url,avatar_url_100');
  expect(body.data).toEqual({ user: { avatar_url: avatarUrl, avatar_url_100: avatarUrl } });
});

test.each([
  ['username', 'user.info.profile'],
  ['open_id,follower_count', 'user.info.stats'],
])('%s without its scope is refused', async (fields, scope) => {
  const emulator = await startEmulator();
  const { accessToken } = await signIn(emulator);
  const { status, body } = await getUserInfo(emulator, accessToken, fields);
  expect(status).toBe(401);
  expect(body).toEqual({
    data: {},
    error: { code: 'scope_not_authorized', message: expect.stringContaining(scope), log_id: expect.any(String) },
  });
});

test.each([
  '',
  'email',
  'open_id,',
  'open_id, display_name',
  'open_id&fields=display_name',
  '%zz',
  'profile_web_link',
  'constructor',
])('fields=%s is an invalid_params', async (fields) => {
  const emulator = await startEmulator();
  const { accessToken } = await signIn(emulator, { scope: ALL_SCOPES });
  const { status, body } = await getUserInfo(emulator, accessToken, fields);
  expect(status).toBe(400);
  expect(body).toMatchObject({ data: {}, error: { code: 'invalid_params', log_id: expect.any(String) } });
});

test.each([
  ['no header', undefined],
  ['an unknown token', 'Bearer act.unknown'],
  ['another scheme', 'Basic act.unknown'],
  ['an empty one', 'Bearer '],
])('%s is an access_token_invalid', async (_name, authorization) => {
  const emulator = await startEmulator();
  const headers = authorization === undefined ? {} : { authorization };
  const { status, body } = await readJson(await fetch(`${emulator.url}/v2/user/info/?fields=open_id`, { headers }));
  expect(status).toBe(401);
  expect(body).toMatchObject({ error: { code: 'access_token_invalid' } });
});

test('an expired token and a refresh token are access_token_invalid too', async () => {
  const clock = fakeClock();
  const emulator = await startEmulator({ now: clock.now, lifetimes: { accessTokenSeconds: 60 } });
  const { accessToken, refreshToken } = await signIn(emulator);
  expect((await getUserInfo(emulator, refreshToken, 'open_id')).status).toBe(401);
  expect((await getUserInfo(emulator, accessToken, 'open_id')).status).toBe(200);
  clock.advanceSeconds(60);
  expect((await getUserInfo(emulator, accessToken, 'open_id')).status).toBe(401);
});
