import { describe, expect, test } from 'vitest';
import {
  authorizationUrl,
  getUserInfo,
  obtainCode,
  refresh,
  requestToken,
  signIn,
  startEmulator,
} from './test-support.js';

const BOTH = { scope: 'user.info.basic,video.list' };

describe('a person who denies scopes', () => {
  test('grants the others, on the page and in a played consent', async () => {
    const emulator = await startEmulator();
    emulator.user('minamakes').deny(['video.list']);
    const callback = new URL(await emulator.consent(authorizationUrl(emulator, BOTH)));
    expect(callback.searchParams.get('scopes')).toBe('user.info.basic');
    expect((await signIn(emulator, BOTH)).body.scope).toBe('user.info.basic');
  });

  test('refuses altogether when nothing is left', async () => {
    const emulator = await startEmulator({ users: [{ displayName: 'Ann', deniedScopes: ['user.info.basic'] }] });
    const callback = new URL(await emulator.consent(authorizationUrl(emulator)));
    expect(callback.searchParams.get('error')).toBe('access_denied');
  });

  test('can change their mind; what was granted stays granted', async () => {
    const emulator = await startEmulator();
    const user = emulator.user('minamakes');
    const { body, refreshToken } = await signIn(emulator, BOTH);
    user.deny(['video.list']);
    expect((await refresh(emulator, refreshToken)).body.scope).toBe(body.scope);
    user.deny([]);
    expect((await signIn(emulator, BOTH)).body.scope).toBe('user.info.basic,video.list');
  });
});

describe('a banned person', () => {
  test('loses all tokens at once, in every app', async () => {
    const emulator = await startEmulator();
    const { accessToken, refreshToken } = await signIn(emulator);
    emulator.user('minamakes').ban();
    expect((await getUserInfo(emulator, accessToken, 'open_id')).body).toMatchObject({
      error: { code: 'access_token_invalid' },
    });
    expect((await refresh(emulator, refreshToken)).body.error).toBe('invalid_grant');
    expect(emulator.isLive(refreshToken)).toBe(false);
  });

  test('cannot sign in, and a code from before the ban is worth nothing', async () => {
    const emulator = await startEmulator();
    const exchange = await obtainCode(emulator);
    emulator.user('minamakes').ban();
    const callback = new URL(await emulator.consent(authorizationUrl(emulator)));
    expect(callback.searchParams.get('error')).toBe('access_denied');
    expect(callback.searchParams.get('state')).toBe('state-of-this-browser');
    expect((await requestToken(emulator, exchange)).body.error).toBe('access_denied');
  });

  test('can sign in again once the ban is lifted; the old tokens stay dead', async () => {
    const emulator = await startEmulator({ users: [{ displayName: 'Ann', username: 'ann', banned: true }] });
    emulator.user('ann').unban();
    const first = await signIn(emulator);
    emulator.user('ann').ban();
    emulator.user('ann').unban();
    expect(emulator.isLive(first.refreshToken)).toBe(false);
    expect(emulator.isLive((await signIn(emulator)).refreshToken)).toBe(true);
  });
});

test('a person who disconnects one app keeps the other', async () => {
  const redirectUris = ['http://localhost:*/auth/tiktok/callback'];
  const emulator = await startEmulator({
    clients: [
      { clientKey: 'aw1', clientSecret: 's1', redirectUris },
      { clientKey: 'aw2', clientSecret: 's2', redirectUris },
    ],
  });
  const first = await signIn(emulator);
  const exchange = await obtainCode(emulator, { client_key: 'aw2' });
  const second = await requestToken(emulator, { ...exchange, client_key: 'aw2', client_secret: 's2' });
  const user = emulator.user('minamakes');
  user.disconnect('aw1');
  expect(emulator.isLive(first.refreshToken)).toBe(false);
  expect(emulator.isLive(String(second.body.refresh_token))).toBe(true);
  user.disconnect();
  expect(emulator.isLive(String(second.body.refresh_token))).toBe(false);
  expect(emulator.replays).toBe(0);
});

describe('tokens', () => {
  test('live and dead ones are listed, with what became of them', async () => {
    const now = new Date('2026-11-22T12:00:00Z');
    const emulator = await startEmulator({ now });
    const first = await signIn(emulator);
    const { body } = await refresh(emulator, first.refreshToken);
    const user = emulator.user('minamakes');
    expect(user.tokens({ kind: 'refresh' })).toEqual([
      {
        kind: 'refresh',
        token: first.refreshToken,
        clientKey: 'awemulatorclientkey',
        scopes: ['user.info.basic'],
        state: 'spent',
        issuedAt: now,
        expiresAt: new Date('2027-11-22T12:00:00Z'),
      },
      expect.objectContaining({ token: body.refresh_token, state: 'live' }),
    ]);
    expect(user.tokens({ kind: 'access', state: 'live' }).map(({ token }) => token)).toEqual([
      first.accessToken,
      body.access_token,
    ]);
    expect(user.tokens({ clientKey: 'other' })).toEqual([]);
    expect(emulator.user('leo.cooks').tokens()).toEqual([]);
  });
});

describe('accounts', () => {
  test('one that is added can sign in, and is on the page', async () => {
    const emulator = await startEmulator();
    const ann = emulator.addUser({ displayName: 'Ann', username: 'ann', videos: 3 });
    expect(emulator.users.at(-1)).toEqual(ann);
    expect(await (await fetch(authorizationUrl(emulator))).text()).toContain('value="ann"');
    const callback = await emulator.consent(authorizationUrl(emulator), { user: 'ann' });
    expect(new URL(callback).searchParams.has('code')).toBe(true);
    expect(emulator.user('ann').videos).toHaveLength(3);
  });

  test.each([
    [{ displayName: 'A', username: 'minamakes' }, /emulator\.addUser: user\.username is "minamakes" a second time/],
    [{ displayName: '' }, /emulator\.addUser: user\.displayName is an empty string/],
  ])('%j is not taken', async (options, message) => {
    const emulator = await startEmulator();
    expect(() => emulator.addUser(options)).toThrow(TypeError);
    expect(() => emulator.addUser(options)).toThrow(message);
    expect(emulator.users).toHaveLength(3);
  });

  test('one that does not exist is said, with those that do', async () => {
    const emulator = await startEmulator();
    expect(() => emulator.user('nobody')).toThrow('There is no user "nobody"; there are minamakes, leo.cooks, zoe_ng.');
  });

  test('an open_id is nobody else’s, whoever comes later', async () => {
    const emulator = await startEmulator({ users: [{ displayName: 'A', openId: 'one' }] });
    expect(() => emulator.addUser({ displayName: 'B', openId: 'one' })).toThrow(/user\.openId is "one" a second time/);
  });
});

describe('videos', () => {
  test('video_count keeps up with those added and removed', async () => {
    const emulator = await startEmulator({ users: [{ displayName: 'Ann', username: 'ann', videoCount: 5_000 }] });
    const { accessToken } = await signIn(emulator, { scope: 'user.info.stats' });
    const count = async () => (await getUserInfo(emulator, accessToken, 'video_count')).body.data;
    expect(await count()).toEqual({ user: { video_count: 5_000 } });
    const ann = emulator.user('ann');
    expect(ann.videos).toHaveLength(1_000);
    const [added] = ann.addVideos([{ title: 'New' }, { visibility: 'private' }]);
    expect(await count()).toEqual({ user: { video_count: 5_001 } });
    ann.removeVideo(added?.id ?? '');
    expect(await count()).toEqual({ user: { video_count: 5_000 } });
    expect(() => ann.removeVideo('5')).toThrow('@ann has no video "5".');
  });

  test('what is no video is refused by name', async () => {
    const emulator = await startEmulator();
    const { addVideos } = emulator.user('minamakes');
    expect(() => addVideos([{ id: 'x' }])).toThrow(/addVideos: videos\[0\]\.id is "x"/);
    expect(() => addVideos(-1)).toThrow(/addVideos: videos is -1/);
  });
});

test.each([[['video.create'], /deny: scopes\[0\] is "video\.create"; it takes one of user\.info\.basic/]])(
  '%j cannot be denied',
  async (scopes, message) => {
    const emulator = await startEmulator();
    expect(() => emulator.user('minamakes').deny(scopes)).toThrow(message);
  },
);
