import { describe, expect, test } from 'vitest';
import { connectToEmulator, type Emulator } from '../index.js';
import {
  authorizationUrl,
  getUserInfo,
  obtainCode,
  refresh,
  requestToken,
  signIn,
  startEmulator,
} from '../test-support.js';

const NOW = new Date('2026-11-22T12:00:00Z');

async function setUp() {
  const emulator = await startEmulator({ control: true, now: NOW });
  return { emulator, remote: connectToEmulator(accessOf(emulator)) };
}

function accessOf(emulator: Emulator) {
  if (emulator.control === undefined) throw new Error('no control');
  return emulator.control;
}

describe('another process', () => {
  test('sees what there is', async () => {
    const { emulator, remote } = await setUp();
    expect(await remote.describe()).toEqual({
      url: emulator.url,
      clients: emulator.clients.map(({ targetUsers: _, ...client }) => client),
      users: emulator.users.map(({ avatarUrl: _, ...user }) => user),
      replays: 0,
      now: NOW,
    });
  });

  test('plays the person', async () => {
    const { emulator, remote } = await setUp();
    const url = authorizationUrl(emulator, { scope: 'user.info.basic,video.list' });
    const callback = new URL(await remote.consent(url, { user: 'leo.cooks', scopes: ['video.list'] }));
    expect(callback.searchParams.get('scopes')).toBe('video.list');
    const cancelled = await remote.consent(new URL(url), { cancel: true });
    expect(new URL(cancelled).searchParams.get('error')).toBe('access_denied');
    await expect(remote.consent(url, { user: 'nobody' })).rejects.toThrow(/refused user: There is no such account/);
  });

  test('asks what was asked', async () => {
    const { emulator, remote } = await setUp();
    const { refreshToken } = await signIn(emulator);
    await refresh(emulator, refreshToken);
    expect(await remote.requests({ operation: 'token' })).toEqual(emulator.requests({ operation: 'token' }));
    expect(await remote.requests({ user: 'leo.cooks' })).toEqual([]);
    expect(await remote.count()).toBe(4);
    expect(await remote.count('token', 'refresh_token')).toBe(1);
    expect(await remote.isLive(refreshToken)).toBe(false);
  });

  test('moves the clock', async () => {
    const { emulator, remote } = await setUp();
    expect(await remote.clock.now()).toEqual(NOW);
    expect(await remote.clock.advance(60_000)).toEqual(new Date('2026-11-22T12:01:00Z'));
    expect(await remote.clock.set(new Date('2030-01-01'))).toEqual(new Date('2030-01-01'));
    expect(emulator.clock.now()).toBe(Date.UTC(2030, 0, 1));
  });

  test('places faults, counts their hits and takes them away', async () => {
    const { emulator, remote } = await setUp();
    const retryAfter = new Date('2026-11-22T12:00:30Z');
    const fault = await remote.fail('user_info', { kind: 'rate_limit', retryAfter }, { times: 5 });
    const answer = await getUserInfo(emulator, 'act.none', 'open_id');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, 'Sun, 22 Nov 2026 12:00:30 GMT']);
    expect(await fault.hits()).toBe(1);
    await fault.remove();
    expect((await getUserInfo(emulator, 'act.none', 'open_id')).status).toBe(401);
    const lost = { operation: 'token', grantType: 'authorization_code' } as const;
    await remote.fail(lost, { kind: 'html', after: 'effect' }, { probability: 1 });
    const exchange = await obtainCode(emulator);
    await fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body: new URLSearchParams(exchange) });
    expect(await fault.hits()).toBe(1);
  });

  test('has the same power over the people', async () => {
    const { emulator, remote } = await setUp();
    const { refreshToken } = await signIn(emulator);
    const mina = remote.user('minamakes');
    expect(await mina.tokens()).toEqual(emulator.user('minamakes').tokens());
    await mina.disconnect('awother');
    expect(await remote.isLive(refreshToken)).toBe(true);
    await mina.disconnect();
    expect(await mina.tokens({ kind: 'refresh', state: 'live' })).toEqual([]);
    await mina.deny(['user.info.basic']);
    await expect(obtainCode(emulator)).resolves.toMatchObject({ code: '' });
    await mina.deny([]);
    await mina.ban();
    await expect(obtainCode(emulator)).resolves.toMatchObject({ code: '' });
    await mina.unban();
    expect((await requestToken(emulator, await obtainCode(emulator))).status).toBe(200);
  });

  test('adds people and videos', async () => {
    const { emulator, remote } = await setUp();
    const added = await remote.addUser({ displayName: 'Ann', username: 'ann', videos: [{ createTime: NOW }] });
    expect(added).toMatchObject({ username: 'ann', videoCount: 1 });
    const ann = remote.user('ann');
    const [video] = await ann.addVideos([{ id: '12', createTime: new Date(5_000) }]);
    expect(video).toEqual(emulator.user('ann').videos.at(-1));
    await ann.removeVideo('12');
    expect(await ann.addVideos(2)).toHaveLength(2);
    expect(emulator.user('ann').videos).toHaveLength(3);
    await expect(ann.removeVideo('12')).rejects.toThrow('@ann has no video "12".');
  });

  test('resets it all', async () => {
    const { emulator, remote } = await setUp();
    const fault = await remote.fail('*', 'html');
    await remote.addUser({ displayName: 'Ann' });
    await remote.reset();
    expect(emulator.users).toHaveLength(3);
    expect((await fetch(`${emulator.url}/favicon.ico`)).status).toBe(200);
    await expect(fault.hits()).rejects.toThrow(/id is "fault-1"/);
  });
});

test('a wrong bearer is said', async () => {
  const { emulator } = await setUp();
  const stranger = connectToEmulator({ ...accessOf(emulator), token: 'wrong' });
  await expect(stranger.count()).rejects.toThrow(/bearer token is missing or wrong/);
});

test('a signal ends what waits', async () => {
  const { emulator } = await setUp();
  emulator.fail('authorize', 'hang');
  const remote = connectToEmulator({ ...accessOf(emulator), signal: AbortSignal.timeout(30) });
  await expect(remote.consent(authorizationUrl(emulator))).rejects.toMatchObject({ name: 'TimeoutError' });
});
