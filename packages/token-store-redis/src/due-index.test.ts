import type { RedisServer } from '@tt/tooling/redis';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { KeyLayout } from './key-layout.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

let server: RedisServer;
let redis: Redis;
let store: RedisTokenStore;

useRedis((own) => {
  ({ server, redis } = own);
});

beforeEach(async () => {
  store = createRedisTokenStore({ url: server.url, plaintext: true });
});

afterEach(() => store.close());

const account = (n: number) => ({ clientKey: 'aw1', userId: `user-${n}` });

async function putAll(dues: readonly number[]): Promise<void> {
  await Promise.all(dues.map((dueAt, n) => store.put(account(n), recordOf(`${n}`), putOptions({ dueAt }))));
}

async function entries(): Promise<number> {
  let sum = 0;
  for (const name of await redis.keys('*:due')) sum += await redis.zcard(name);
  return sum;
}

describe('due', () => {
  it('has no end where none is asked for', async () => {
    await putAll([300, 100, 200, 301]);
    expect(await store.due({ before: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY })).toHaveLength(4);
  });

  it('leaves no entry of an account that was written anew and then deleted', async () => {
    await putAll([100]);
    const found = await store.get(account(0));
    await store.put(account(0), recordOf('b'), putOptions({ ifVersion: found?.version ?? null, dueAt: 200 }));
    expect(await entries()).toBe(1);
    await store.delete(account(0));
    expect(await entries()).toBe(0);
  });

  it('passes over records that expired, however many, and clears their entries away', async () => {
    await putAll(Array.from({ length: 200 }, (_, n) => n));
    await redis.del(await redis.keys('*:record:*'));
    await store.put(account(7), recordOf('back'), putOptions({ dueAt: 1_000 }));
    expect(await store.due({ before: 1_000, limit: 1 })).toEqual([account(7)]);
    expect(await entries()).toBe(1);
  });

  it('finds the right ones when they are crowded into few shards', async () => {
    const layout = new KeyLayout('tt');
    const shards = new Set<string>();
    const crowd: number[] = [];
    // The first three hundred accounts of five shards.
    for (let n = 0; crowd.length < 300; n += 1) {
      const { due } = layout.of(account(n));
      if (shards.size < 5) shards.add(due);
      if (shards.has(due)) crowd.push(n);
    }
    await Promise.all(crowd.map((n) => store.put(account(n), recordOf(`${n}`), putOptions({ dueAt: n }))));
    expect(await store.due({ before: 1e9, limit: 100 })).toEqual(crowd.slice(0, 100).map(account));
  });

  it('is what sorting all accounts would give', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 120 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 130 }),
        async (dues, before, limit) => {
          await redis.flushall();
          await putAll(dues);
          const expected = dues
            .map((dueAt, n) => ({ dueAt, n }))
            .filter(({ dueAt }) => dueAt <= before)
            .sort((a, b) => a.dueAt - b.dueAt)
            .slice(0, limit)
            .map(({ n }) => account(n));
          expect(await store.due({ before, limit })).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('asks a standalone Redis little, whatever the number of accounts', async () => {
    await putAll(Array.from({ length: 300 }, (_, n) => n));
    await store.due({ before: 1e9, limit: 1 });
    const calls = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
    await redis.config('RESETSTAT');
    expect(await store.due({ before: 1e9, limit: 100 })).toHaveLength(100);
    expect(await calls()).toBeLessThan(20);
    await redis.config('RESETSTAT');
    expect(await store.due({ before: -1, limit: 100 })).toEqual([]);
    expect(await calls()).toBe(8);
  });

  it('refuses what is no number', async () => {
    await expect(store.due({ before: Number.NaN, limit: 1 })).rejects.toMatchObject({ code: 'invalid_option' });
    await expect(store.due({ before: 1, limit: Number.NaN })).rejects.toMatchObject({ code: 'invalid_option' });
  });
});
