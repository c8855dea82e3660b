import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, StoredRecord } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let redis: Redis;
let store: RedisTokenStore;
let other: RedisTokenStore;

useRedis((own) => {
  ({ server, redis } = own);
});

beforeEach(async () => {
  store = createRedisTokenStore({ url: server.url, plaintext: true });
  other = createRedisTokenStore({ client: redis, plaintext: true });
});

afterEach(() => Promise.all([store.close(), other.close()]));

async function acquire(
  from: RedisTokenStore,
  ttlMs = 10_000,
): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null }> {
  const acquired = await from.acquire(key, { ttlMs });
  if (acquired === null) throw new Error('somebody else has the lease');
  return acquired;
}

describe('a lease', () => {
  it('is over here no later than in Redis, however slow the answer was', async () => {
    await store.get(key);
    process.kill(server.pid, 'SIGSTOP');
    const asking = acquire(store, 700);
    await sleep(400);
    process.kill(server.pid, 'SIGCONT');
    const { lease } = await asking;
    const [name = ''] = await redis.keys('*:lease:*');
    const left = new Promise<number>((resolve) => {
      lease.lost.addEventListener('abort', () => resolve(redis.pttl(name)));
    });
    // Redis got it about 400 ms after it was asked for, so there it is still held.
    expect(await left).toBeGreaterThan(100);
  });

  it('that Redis has lost is noticed at the next extension', async () => {
    const { lease } = await acquire(store);
    await redis.flushall();
    expect(await lease.extend()).toBe(false);
    expect(lease.lost.aborted).toBe(true);
  });

  it('is never taken from its next owner by a release that comes late', async () => {
    const { lease: first } = await acquire(store);
    await redis.flushall();
    const { lease: second } = await acquire(other);
    await first.release();
    expect(await second.extend()).toBe(true);
  });

  it('is not made longer for its next owner by an extension that comes late', async () => {
    const { lease: first } = await acquire(store, 30_000);
    await redis.flushall();
    await acquire(other, 1_000);
    expect(await first.extend()).toBe(false);
    expect(first.lost.aborted).toBe(true);
    const [name = ''] = await redis.keys('*:lease:*');
    expect(await redis.pttl(name)).toBeLessThanOrEqual(1_000);
  });

  it('lost to another is not taken from it by the late write, which still counts by its version', async () => {
    const { lease } = await acquire(store);
    await redis.flushall();
    const { lease: next } = await acquire(other);
    expect(await store.put(key, recordOf('late'), putOptions({ lease }))).toMatchObject({ ok: true });
    expect(await next.extend()).toBe(true);
  });

  it('of another account is given back as well', async () => {
    const acquired = await store.acquire({ ...key, userId: 'user-2' }, { ttlMs: 10_000 });
    await store.put(key, recordOf('a'), putOptions({ lease: acquired?.lease }));
    expect(await other.acquire({ ...key, userId: 'user-2' }, { ttlMs: 10_000 })).not.toBeNull();
  });

  it('is given back when the record that comes with it does not open', async () => {
    await store.put(key, recordOf('a'), putOptions());
    const [name = ''] = await redis.keys('*:record:*');
    await redis.set(name, 'not one of ours');
    await expect(store.acquire(key, { ttlMs: 10_000 })).rejects.toMatchObject({ code: 'malformed_record' });
    expect(await redis.keys('*:lease:*')).toEqual([]);
  });

  it('is lost when its store is closed, and runs out in Redis by itself', async () => {
    const { lease } = await acquire(store);
    await store.close();
    expect(lease.lost.aborted).toBe(true);
    expect(await lease.extend()).toBe(false);
    await lease.release();
    expect(await other.acquire(key, { ttlMs: 10_000 })).toBeNull();
  });

  it('that arrives while the store closes is lost at once', async () => {
    const asking = acquire(store);
    await store.close();
    expect((await asking).lease.lost.aborted).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('of %s ms is refused', async (ttlMs) => {
    await expect(store.acquire(key, { ttlMs })).rejects.toMatchObject({ code: 'invalid_option' });
  });
});
