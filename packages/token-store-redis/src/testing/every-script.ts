import type { StoreEvent } from '@tt/oauth';
import { expect } from 'vitest';
import type { RedisTokenStore } from '../create-redis-token-store.js';
import { putOptions, recordOf } from './records.js';

/**
 * The shorter pass for a Redis that is reached in some way: through every script of the contract, and every answer that
 * it has, with the changes that are heard of.
 */
export async function passEveryScript(store: RedisTokenStore, userId = 'user {1}:\n'): Promise<void> {
  const key = { clientKey: 'aw1', userId };
  const events: StoreEvent[] = [];
  const stop = store.watch((event) => {
    if (typeof event === 'string' || event.key.userId === userId) events.push(event);
  });
  await expect.poll(() => events).toEqual(['up']);

  const first = await store.put(key, recordOf('a'), putOptions());
  expect(await store.put(key, recordOf('late'), putOptions())).toMatchObject({
    ok: false,
    found: { record: recordOf('a') },
  });
  expect(await store.get(key)).toEqual({ record: recordOf('a'), version: first.ok && first.version });
  const acquired = await store.acquire(key, { ttlMs: 30_000 });
  expect(acquired?.found?.record).toEqual(recordOf('a'));
  expect(await store.acquire(key, { ttlMs: 30_000 })).toBeNull();
  expect(await acquired?.lease.extend()).toBe(true);
  await acquired?.lease.release();
  const again = await store.acquire(key, { ttlMs: 30_000 });
  const second = await store.put(
    key,
    recordOf('b'),
    putOptions({ ifVersion: first.ok ? first.version : null, lease: again?.lease }),
  );
  expect(await store.due({ before: Number.POSITIVE_INFINITY, limit: 10_000 })).toContainEqual(key);
  await store.delete(key);
  expect(await store.get(key)).toBeNull();
  await expect
    .poll(() => events.slice(1))
    .toEqual([
      { key, version: first.ok && first.version },
      { key, version: second.ok && second.version },
      { key, version: null },
    ]);
  stop();
}
