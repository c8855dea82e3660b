import { expect, test } from 'vitest';
import { createGrants } from './grants.js';
import { readLifetimes } from './lifetimes.js';
import { createRandom } from './random.js';
import { fakeClock } from './test-support.js';
import { readUsers } from './user.js';

const [user, other] = readUsers(undefined, ['app', 'app2']);

function setUp() {
  const clock = fakeClock();
  const random = createRandom(undefined, 'token');
  const grants = createGrants({
    now: clock.now,
    random,
    lifetimes: readLifetimes({ accessTokenSeconds: 100, refreshTokenSeconds: 1_000 }),
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

test('rotation does not extend the refresh lifetime, which counts from the sign-in', () => {
  const { clock, grants, holder } = setUp();
  const first = grants.issue(holder);
  clock.advanceSeconds(600);
  const outcome = grants.refresh(first.refreshToken, 'app');
  expect(outcome).toMatchObject({ kind: 'rotated', pair: { refreshExpiresIn: 400 } });
  if (outcome.kind !== 'rotated') return;
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
