import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { TikTokError } from '@tt/errors';
import type { AccountKey, Lease } from '../../token-store.js';
import type { RuleGroup, Trial } from '../rule.js';
import { acquired, isFree, LONG_LEASE_MS, recordOf, terms, written } from '../sample-records.js';

const AT_ONCE = 20;

/** D2: a lease saves requests; it never decides whether an answer is kept. */
export const LEASES: RuleGroup = {
  title: 'a lease',
  rules: [
    {
      name: 'is given to one of many who ask at once',
      why: 'Each of them would send the same refresh token, and TikTok takes it once.',
      check: async ({ store, account }) => {
        const key = account();
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => store.acquire(key, { ttlMs: LONG_LEASE_MS })),
        );
        strictEqual(answers.filter((answer) => answer !== null).length, 1);
      },
    },
    {
      name: 'is for one account',
      why: 'A fleet would refresh one account at a time.',
      check: async ({ store, account }) => {
        const key = account();
        await acquired(store, key);
        strictEqual(await isFree(store, account()), true);
        strictEqual(await isFree(store, { ...key, clientKey: `${key.clientKey}-2` }), true);
      },
    },
    {
      name: 'comes with the record as it is now',
      why: 'The refresh would send a token that somebody else has just used.',
      check: async ({ store, account }) => {
        const key = account();
        const empty = await acquired(store, key);
        strictEqual(empty.found, null);
        await empty.lease.release();
        const first = await written(store, key, { mark: 'a' });
        const found = await written(store, key, { mark: 'b', ifVersion: first.version });
        deepStrictEqual(structuredClone((await acquired(store, key)).found), found);
      },
    },
    {
      name: 'is free once it was given back, which is no loss and may be done twice',
      why: 'Others would wait for a lease that nobody uses; or a refresh that ended well would be told that it lost its lease.',
      check: async ({ store, account }) => {
        const key = account();
        const { lease } = await acquired(store, key);
        await lease.release();
        strictEqual(await isFree(store, key), true);
        await lease.release();
        strictEqual(await lease.extend(), false);
        strictEqual(lease.lost.aborted, false);
      },
    },
    {
      name: 'ends by itself, and the next one gets it',
      why: 'A worker that dies in the middle of a refresh would lock the account for ever.',
      check: async (trial) => {
        const key = trial.account();
        await acquired(trial.store, key, trial.shortMs);
        await trial.passTime(trial.shortMs);
        await trial.inTime('somebody else gets the lease', () => isFree(trial.store, key));
      },
    },
    {
      name: 'says when it is lost, by a TOKEN_STORE_ERROR, and cannot be extended then',
      why: 'A worker that was paused would go on as if it were alone, and send a refresh token beside another worker.',
      check: async (trial) => {
        const { lease } = await acquired(trial.store, trial.account(), trial.shortMs);
        await trial.passTime(trial.shortMs);
        await trial.inTime('lease.lost is aborted', () => lease.lost.aborted);
        const reason: unknown = lease.lost.reason;
        ok(TikTokError.isInstance(reason) && reason.type === 'TOKEN_STORE_ERROR', 'its reason is a TOKEN_STORE_ERROR');
        strictEqual(await lease.extend(), false);
      },
    },
    {
      name: 'lives on while it is extended',
      why: 'A refresh that takes long would lose its lease in the middle, and another worker would send the same token.',
      check: async ({ store, account, shortMs, passTime, conclusively }) => {
        await conclusively(async () => {
          const key = account();
          const ttlMs = 3 * shortMs;
          const askedAt = performance.now();
          const { lease } = await acquired(store, key, ttlMs);
          await passTime(2 * shortMs);
          const extendedAt = performance.now();
          const extended = await lease.extend();
          if (performance.now() - askedAt >= ttlMs) return 'too slow';
          strictEqual(extended, true);
          await passTime(2 * shortMs);
          const { aborted } = lease.lost;
          const free = await isFree(store, key);
          if (performance.now() - extendedAt >= ttlMs) return 'too slow';
          deepStrictEqual({ lost: aborted, free }, { lost: false, free: false });
          return 'proved';
        });
      },
    },
    {
      name: 'that passed on is not taken from its next owner by a late release or extension',
      why: 'A third worker would begin a refresh beside the second.',
      check: async (trial) => {
        const { store } = trial;
        const key = trial.account();
        const { late, next } = await passedOn(trial, key);
        await late.release();
        strictEqual(await late.extend(), false);
        strictEqual(await isFree(store, key), false);
        strictEqual(next.lost.aborted, false);
        strictEqual(await next.extend(), true);
      },
    },
    {
      name: 'is given back by the write it is passed to',
      why: 'Everybody would wait for a second round trip, or for the end of the lease, before the next refresh.',
      check: async ({ store, account }) => {
        const key = account();
        const { lease } = await acquired(store, key);
        await written(store, key, { mark: 'a', lease });
        strictEqual(lease.lost.aborted, false);
        strictEqual(await lease.extend(), false);
        strictEqual(await isFree(store, key), true);
      },
    },
    {
      name: 'is kept when that write is refused',
      why: 'The refresh still has to find out whose tokens to keep; another one would begin meanwhile.',
      check: async ({ store, account }) => {
        const key = account();
        const { lease } = await acquired(store, key);
        strictEqual((await store.put(key, recordOf('a'), terms({ ifVersion: 'another', lease }))).ok, false);
        strictEqual(await isFree(store, key), false);
        strictEqual(await lease.extend(), true);
      },
    },
    {
      name: 'that passed on stops no write: the version alone decides',
      why: 'The only copy of a rotated token would be thrown away because the machine was slow.',
      check: async (trial) => {
        const { store } = trial;
        const key = trial.account();
        const { version } = await written(store, key, { mark: 'before' });
        const { late } = await passedOn(trial, key);
        const result = await store.put(key, recordOf('late'), terms({ ifVersion: version, lease: late }));
        strictEqual(result.ok, true);
      },
    },
    {
      name: 'that passed on is not given back by the late write of its former owner',
      why: 'A third worker would begin a refresh beside the second.',
      check: async (trial) => {
        const { store } = trial;
        const key = trial.account();
        const { late, next } = await passedOn(trial, key);
        await store.put(key, recordOf('late'), terms({ lease: late }));
        strictEqual(await isFree(store, key), false);
        strictEqual(await next.extend(), true);
      },
    },
    {
      name: 'that another has stops no write without one',
      why: 'A person who signs in while a refresh runs would be told to try again.',
      check: async ({ store, account }) => {
        const key = account();
        const { version } = await written(store, key, { mark: 'a' });
        const { lease } = await acquired(store, key);
        await written(store, key, { mark: 'signed in', ifVersion: version });
        strictEqual(await lease.extend(), true);
      },
    },
  ],
};

/** A lease that ran out, and the one that somebody else has by now. */
async function passedOn(
  { store, shortMs, passTime, inTime }: Trial,
  key: AccountKey,
): Promise<{ readonly late: Lease; readonly next: Lease }> {
  const { lease: late } = await acquired(store, key, shortMs);
  await passTime(shortMs);
  let next: Lease | undefined;
  await inTime('somebody else gets the lease', async () => {
    next = (await store.acquire(key, { ttlMs: LONG_LEASE_MS }))?.lease;
    return next !== undefined;
  });
  ok(next !== undefined);
  return { late, next };
}
