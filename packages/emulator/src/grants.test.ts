import { describe, expect, test } from 'vitest';
import { createGrants } from './grants.js';
import { readLifetimes } from './lifetimes.js';
import { createRandom } from './random.js';
import { type EmulatorRules, readRules } from './rules.js';
import { fakeClock } from './test-support.js';
import { readUsers } from './user.js';

const [{ profile: user }, second] = readUsers(undefined, ['app', 'app2']);
const other = second?.profile;

function setUp(changes: EmulatorRules = {}) {
  const clock = fakeClock();
  const random = createRandom(undefined, 'token');
  const grants = createGrants({
    now: clock.now,
    random,
    lifetimes: readLifetimes({ accessTokenSeconds: 100, refreshTokenSeconds: 1_000 }),
    rules: readRules({ ...changes }),
  });
  return { clock, grants, holder: { clientKey: 'app', user, scopes: ['user.info.basic'] } };
}

test('an access token lives as long as it says, to the second', () => {
  const { clock, grants, holder } = setUp();
  const pair = grants.issue(holder);
  expect(pair.expiresIn).toBe(100);
  clock.advanceSeconds(99);
  expect(grants.holderOf(pair.accessToken)).toEqual(holder);
  clock.advanceSeconds(1);
  expect(grants.holderOf(pair.accessToken)).toBeUndefined();
});

test('a pair is whole seconds old from the start, however fast the clock runs', () => {
  let time = 0;
  const grants = createGrants({
    now: () => (time += 400),
    random: createRandom(undefined, 'token'),
    lifetimes: readLifetimes({ refreshTokenSeconds: 1_000 }),
    rules: readRules({ refreshLifetime: 'extended' }),
  });
  const first = grants.issue({ clientKey: 'app', user, scopes: [] });
  expect(first.refreshExpiresIn).toBe(1_000);
  expect(grants.refresh(first.refreshToken, 'app')).toMatchObject({ pair: { refreshExpiresIn: 1_000 } });
});

test('rotation does not extend the refresh lifetime, which counts from the sign-in', () => {
  const { clock, grants, holder } = setUp();
  const first = grants.issue(holder);
  clock.advanceSeconds(600);
  const outcome = grants.refresh(first.refreshToken, 'app');
  expect(outcome).toMatchObject({ kind: 'refreshed', pair: { refreshExpiresIn: 400 } });
  if (outcome.kind !== 'refreshed') return;
  clock.advanceSeconds(400);
  expect(grants.refresh(outcome.pair.refreshToken, 'app')).toEqual({ kind: 'refused', reason: 'expired' });
});

test('a refresh leaves the access token before it alive', () => {
  const { grants, holder } = setUp();
  const first = grants.issue(holder);
  grants.refresh(first.refreshToken, 'app');
  expect(grants.holderOf(first.accessToken)).toBeDefined();
});

test('only a spent token of the own app is a replay', () => {
  const { grants, holder } = setUp();
  const { refreshToken } = grants.issue(holder);
  expect(grants.refresh(refreshToken, 'app2')).toEqual({ kind: 'refused', reason: 'foreign' });
  expect(grants.refresh('rft.unknown', 'app')).toEqual({ kind: 'refused', reason: 'unknown' });
  expect(grants.replays()).toBe(0);
  grants.refresh(refreshToken, 'app');
  expect(grants.refresh(refreshToken, 'app2')).toEqual({ kind: 'refused', reason: 'foreign' });
  expect(grants.refresh(refreshToken, 'app')).toEqual({ kind: 'refused', reason: 'replayed' });
  expect(grants.replays()).toBe(1);
});

test('revoking ends every sign-in of this user with this app, and no other', () => {
  const { grants, holder } = setUp();
  const older = grants.issue(holder);
  const newer = grants.issue(holder);
  const otherUser = grants.issue({ ...holder, user: other ?? user });
  const otherApp = grants.issue({ ...holder, clientKey: 'app2' });

  expect(grants.revoke(newer.accessToken, 'app2')).toBe(false);
  expect(grants.revoke(newer.accessToken, 'app')).toBe(true);

  for (const pair of [older, newer]) {
    expect(grants.isLive(pair.accessToken)).toBe(false);
    expect(grants.isLive(pair.refreshToken)).toBe(false);
  }
  for (const pair of [otherUser, otherApp]) expect(grants.isLive(pair.refreshToken)).toBe(true);
  const again = grants.issue(holder);
  expect(grants.isLive(again.refreshToken)).toBe(true);
});

describe('where TikTok leaves it open', () => {
  test('a grace lets the old refresh token give further pairs, each of them good, until it is over', () => {
    const { clock, grants, holder } = setUp({ rotation: { graceMs: 10_000 } });
    const { refreshToken } = grants.issue(holder);
    const first = grants.refresh(refreshToken, 'app');
    clock.advanceSeconds(9);
    const again = grants.refresh(refreshToken, 'app');
    if (first.kind !== 'refreshed' || again.kind !== 'refreshed') throw new Error('refused within the grace');
    expect(again.pair.refreshToken).not.toBe(first.pair.refreshToken);
    for (const { pair } of [first, again]) expect(grants.isLive(pair.refreshToken)).toBe(true);
    expect(grants.isLive(refreshToken)).toBe(true);
    expect(grants.replays()).toBe(0);
    // Ten seconds from the first use, not from the last.
    clock.advanceSeconds(1);
    expect(grants.refresh(refreshToken, 'app')).toEqual({ kind: 'refused', reason: 'replayed' });
    expect(grants.replays()).toBe(1);
  });

  test('a grace saves nothing that was revoked', () => {
    const { grants, holder } = setUp({ rotation: { graceMs: 10_000 } });
    const { refreshToken } = grants.issue(holder);
    grants.refresh(refreshToken, 'app');
    grants.disconnect(holder.user.username, undefined);
    expect(grants.refresh(refreshToken, 'app')).toEqual({ kind: 'refused', reason: 'revoked' });
  });

  test('without rotation the refresh token comes back unchanged and stays good', () => {
    const { clock, grants, holder } = setUp({ rotation: 'never' });
    const first = grants.issue(holder);
    clock.advanceSeconds(600);
    for (let time = 0; time < 3; time++) {
      expect(grants.refresh(first.refreshToken, 'app')).toMatchObject({
        kind: 'refreshed',
        pair: { refreshToken: first.refreshToken, refreshExpiresIn: 400 },
      });
    }
    expect(grants.replays()).toBe(0);
    clock.advanceSeconds(400);
    expect(grants.refresh(first.refreshToken, 'app')).toEqual({ kind: 'refused', reason: 'expired' });
  });

  test.each(['always', 'never'] as const)('an extended life counts from each refresh, rotation %s', (rotation) => {
    const { clock, grants, holder } = setUp({ rotation, refreshLifetime: 'extended' });
    let { refreshToken } = grants.issue(holder);
    for (let time = 0; time < 3; time++) {
      clock.advanceSeconds(999);
      const outcome = grants.refresh(refreshToken, 'app');
      expect(outcome).toMatchObject({ kind: 'refreshed', pair: { refreshExpiresIn: 1_000 } });
      if (outcome.kind === 'refreshed') refreshToken = outcome.pair.refreshToken;
    }
    clock.advanceSeconds(1_000);
    expect(grants.isLive(refreshToken)).toBe(false);
  });

  test('a replay can end the whole family, and no other', () => {
    const { grants, holder } = setUp({ replay: 'revokes_family' });
    const first = grants.issue(holder);
    const other = grants.issue(holder);
    const outcome = grants.refresh(first.refreshToken, 'app');
    if (outcome.kind !== 'refreshed') throw new Error('refused');
    grants.refresh(first.refreshToken, 'app');
    expect(grants.replays()).toBe(1);
    for (const token of [outcome.pair.refreshToken, outcome.pair.accessToken, first.accessToken]) {
      expect(grants.isLive(token)).toBe(false);
    }
    expect(grants.isLive(other.refreshToken)).toBe(true);
  });

  test('a replay by default harms nobody else', () => {
    const { grants, holder } = setUp();
    const first = grants.issue(holder);
    const outcome = grants.refresh(first.refreshToken, 'app');
    grants.refresh(first.refreshToken, 'app');
    expect(outcome.kind === 'refreshed' && grants.isLive(outcome.pair.refreshToken)).toBe(true);
  });
});

test('says what became of each token', () => {
  const { clock, grants, holder } = setUp();
  const first = grants.issue(holder);
  grants.refresh(first.refreshToken, 'app');
  const states = () => grants.tokensOf(holder.user.username).map(({ record, state }) => `${record.kind} ${state}`);
  expect(states()).toEqual(['refresh spent', 'access live', 'refresh live', 'access live']);
  clock.advanceSeconds(100);
  expect(states()).toEqual(['refresh spent', 'access expired', 'refresh live', 'access expired']);
  grants.disconnect(holder.user.username, 'app');
  expect(states()).toEqual(['refresh spent', 'access revoked', 'refresh revoked', 'access revoked']);
  expect(grants.tokensOf('nobody')).toEqual([]);
});
