import { describe, expect, test } from 'vitest';
import type { GrantHolder } from './grants.js';
import { createRateLimits, type EmulatorRateLimits, readRateLimits } from './rate-limits.js';
import { fakeClock, readJson, signIn, startEmulator } from './test-support.js';
import { readUsers } from './user.js';

const [{ profile: ann }, second] = readUsers(undefined, ['app', 'app2']);
const bob = second?.profile ?? ann;

function setUp(settings: EmulatorRateLimits) {
  const clock = fakeClock();
  const limits = createRateLimits({ now: clock.now, settings: readRateLimits(settings) });
  const ask = (
    changes: { operation?: string; clientKey?: string; user?: GrantHolder['user']; token?: string } = {},
  ) => {
    const { operation = 'user_info', clientKey = 'app', user = ann, token = 't' } = changes;
    return limits.admit({ operation, accessToken: token, holder: { clientKey, user, scopes: [] } });
  };
  return { clock, ask };
}

describe('a sliding window', () => {
  test('admits so many within any minute, not so many in each minute of the clock', () => {
    const { clock, ask } = setUp({ perMinute: 3 });
    expect(ask()).toBe(true);
    clock.advanceSeconds(50);
    expect([ask(), ask(), ask()]).toEqual([true, true, false]);
    clock.advanceSeconds(10);
    expect([ask(), ask()]).toEqual([true, false]);
    clock.advanceSeconds(49);
    expect(ask()).toBe(false);
    clock.advanceSeconds(1);
    expect([ask(), ask(), ask()]).toEqual([true, true, false]);
  });

  test('does not count what it refused', () => {
    const { clock, ask } = setUp({ perMinute: 1 });
    ask();
    for (let second = 0; second < 59; second++) {
      clock.advanceSeconds(1);
      expect(ask()).toBe(false);
    }
    clock.advanceSeconds(1);
    expect(ask()).toBe(true);
  });

  test('does not lock anybody out when the clock is set back', () => {
    const { clock, ask } = setUp({ perMinute: 1 });
    ask();
    clock.advanceSeconds(-86_400);
    expect(ask()).toBe(true);
  });

  test('is one for each operation', () => {
    const { ask } = setUp({ perMinute: 1 });
    expect(['user_info', 'video_list', 'video_query', 'user_info'].map((operation) => ask({ operation }))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test.each([
    ['app', [true, false, false, false, true]],
    ['user', [true, false, true, false, true]],
    ['token', [true, true, true, false, true]],
  ] as const)('is one for each %s', (per, expected) => {
    const { ask } = setUp({ perMinute: 1, per });
    const asked = [{}, { token: 'u' }, { user: bob, token: 'v' }, {}, { clientKey: 'app2', token: 'w' }];
    expect(asked.map(ask)).toEqual(expected);
  });

  test('forgets those that have been silent, and only those', () => {
    const { clock, ask } = setUp({ perMinute: 1, per: 'token' });
    for (let token = 0; token < 900; token++) ask({ token: `old ${token}` });
    clock.advanceSeconds(60);
    for (let token = 0; token < 900; token++) ask({ token: `new ${token}` });
    expect(ask({ token: 'new 0' })).toBe(false);
    expect(ask({ token: 'old 0' })).toBe(true);
  });
});

test('601 requests in a minute are one too many, on each of the three endpoints', async () => {
  const emulator = await startEmulator({ now: new Date(), requestLogSize: 10_000 });
  const { accessToken } = await signIn(emulator, { scope: 'user.info.basic,video.list' });
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const post = { method: 'POST', headers, body: '{"filters":{"video_ids":["1"]}}' };
  const asks = {
    user_info: () => emulator.fetch(`${emulator.url}/v2/user/info/?fields=open_id`, { headers }),
    video_list: () => emulator.fetch(`${emulator.url}/v2/video/list/?fields=id`, post),
    video_query: () => emulator.fetch(`${emulator.url}/v2/video/query/?fields=id`, post),
  };
  for (const ask of Object.values(asks)) {
    const admitted = await Promise.all(Array.from({ length: 600 }, ask));
    expect(new Set(admitted.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await readJson(await ask());
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      data: {},
      error: { code: 'rate_limit_exceeded', message: expect.any(String), log_id: expect.any(String) },
    });
    // TikTok documents none.
    expect(refused.headers.get('retry-after')).toBeNull();
  }
  expect(emulator.requests({ status: 429 }).map(({ operation }) => operation)).toEqual(Object.keys(asks));
  emulator.clock.advance(60_000);
  expect((await asks.user_info()).status).toBe(200);
});

test('off means off', async () => {
  const emulator = await startEmulator({ rateLimits: 'off' });
  const { accessToken } = await signIn(emulator);
  const asked = Array.from({ length: 700 }, () =>
    emulator.fetch(`${emulator.url}/v2/user/info/?fields=open_id`, {
      headers: { authorization: `Bearer ${accessToken}` },
    }),
  );
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
});

test.each([
  ['of', /rateLimits is "of"; it takes 'off' or an object/],
  [{ perMinute: 0 }, /rateLimits\.perMinute is 0/],
  [{ per: 'ip' }, /rateLimits\.per is "ip"; it takes 'app', 'user' or 'token'/],
])('%j is refused', (value, message) => {
  expect(() => readRateLimits(value)).toThrow(message);
});
