import type { StoreEvent } from '@tt/oauth';
import { startRedisCluster, startRedisSentinel } from '@tt/tooling/redis';
import { Cluster, Redis } from 'ioredis';
import { Redis as Redis6 } from 'ioredis-6';
import { describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { passEveryScript } from './testing/every-script.js';
import { putOptions, recordOf } from './testing/records.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

async function upsAndDowns(store: RedisTokenStore): Promise<readonly StoreEvent[]> {
  const events: StoreEvent[] = [];
  store.watch((event) => {
    if (typeof event === 'string') events.push(event);
  });
  await expect.poll(() => events).toEqual(['up']);
  return events;
}

/** Writes and reads all the while, and counts what went wrong. */
function keepAsking(store: RedisTokenStore): { stop(): Promise<readonly unknown[]> } {
  const failures: unknown[] = [];
  let stopped = false;
  const work = (async () => {
    for (let n = 0; !stopped; n += 1) {
      const account = { ...key, userId: `busy-${n}` };
      await store.put(account, recordOf('a'), putOptions()).catch((error: unknown) => failures.push(error));
      await store.get(account).catch((error: unknown) => failures.push(error));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
      return failures;
    },
  };
}

describe('Sentinel', () => {
  // A crash takes the sentinels seconds to notice.
  const ways =
    process.env.TT_LONG === '1' ? (['in good order', 'after a crash'] as const) : (['in good order'] as const);

  it.each(ways)(
    'a replica takes over %s: every script passes again, and all that fails meanwhile says so',
    async (way) => {
      await using sentinel = await startRedisSentinel();
      const client = new Redis(sentinel.options);
      client.on('error', () => undefined);
      const store = createRedisTokenStore({ client, plaintext: true });
      await passEveryScript(store, 'before');
      const events = await upsAndDowns(store);
      await store.put(key, recordOf('kept'), putOptions());
      const first = await sentinel.master();
      // What was not replicated yet would be lost with the master.
      expect(await first.command('WAIT', 1, 5_000)).toBe(1);
      const asking = keepAsking(store);
      if (way === 'after a crash') await first.kill();
      const second = await sentinel.failover(first);
      await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('kept') });
      await second.command('SCRIPT', 'FLUSH');
      for (const failure of await asking.stop()) expect(failure).toMatchObject({ type: 'TOKEN_STORE_ERROR' });
      await expect.poll(() => events.slice(0, 3)).toEqual(['up', 'down', 'up']);
      await passEveryScript(store, 'after');
      await store.close();
      client.disconnect();

      const six = new Redis6(sentinel.options);
      const storeOnSix = createRedisTokenStore({ client: six, plaintext: true });
      await passEveryScript(storeOnSix, 'six');
      await storeOnSix.close();
      six.disconnect();
    },
    60_000,
  );
});

describe('a cluster', () => {
  it.each(process.env.TT_LONG === '1' ? [false, true] : [false])(
    'whose master dies goes on with its replica (sharded: %s)',
    async (shardedSubscribers) => {
      await using cluster = await startRedisCluster({ masters: 1, replicas: 1 });
      const client = new Cluster([...cluster.startupNodes], { shardedSubscribers });
      client.on('error', () => undefined);
      const store = createRedisTokenStore({ client, plaintext: true });
      await passEveryScript(store, 'before');
      const events = await upsAndDowns(store);
      await store.put(key, recordOf('kept'), putOptions());
      const [master, replica] = cluster.nodes;
      if (master === undefined || replica === undefined) throw new Error('no such nodes');
      await expect.poll(() => replica.command('DBSIZE')).toEqual(await master.command('DBSIZE'));
      await master.kill();
      await cluster.failover(master);
      // Before anybody asks, which would show the client where the master is now.
      await expect.poll(() => events).toEqual(['up', 'down', 'up']);
      await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('kept') });
      await passEveryScript(store, 'after');
      await store.close();
      client.disconnect();
    },
    60_000,
  );
});
