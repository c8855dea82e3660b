import type { StoreEvent } from '@tt/oauth';
import { type RedisCluster, startRedis, startRedisCluster } from '@tt/tooling/redis';
import { Cluster, type ClusterOptions } from 'ioredis';
import { Cluster as Cluster6 } from 'ioredis-6';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createRedisTokenStore,
  type RedisTokenStore,
  type RedisTokenStoreOptions,
} from './create-redis-token-store.js';
import { KeyLayout } from './key-layout.js';
import { keySlot } from './key-slot.js';
import type { RedisClient } from './redis-client.js';
import { passEveryScript } from './testing/every-script.js';
import { putOptions, recordOf } from './testing/records.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let cluster: RedisCluster;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster();
}, 240_000);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await Promise.all(cluster.nodes.map((node) => node.command('FLUSHALL')));
});

afterAll(() => cluster.stop());

function newClient(options: ClusterOptions = {}): Cluster {
  const client = new Cluster([...cluster.startupNodes], options);
  client.on('error', () => undefined);
  cleanUps.push(() => client.disconnect());
  return client;
}

function newClient6(options: { shardedSubscribers?: boolean }): Cluster6 {
  const client = new Cluster6([...cluster.startupNodes], options);
  cleanUps.push(() => client.disconnect());
  return client;
}

function newStore(client: RedisClient, options: Partial<RedisTokenStoreOptions> = {}): RedisTokenStore {
  const store = createRedisTokenStore({
    timeoutMs: 5_000,
    ...options,
    client,
    url: undefined,
    plaintext: true,
    cipher: undefined,
  });
  cleanUps.push(() => store.close());
  return store;
}

async function listenTo(store: RedisTokenStore): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  store.watch((event) => events.push(event));
  await expect.poll(() => events, { interval: 5 }).toEqual(['up']);
  return events;
}

const slotOf = (account: typeof key): number => keySlot(new KeyLayout('tt').of(account).record);

async function otherMasterThan(slot: number) {
  const owner = await cluster.ownerOf(slot);
  const [other] = cluster.nodes.filter((node) => node !== owner);
  if (other === undefined) throw new Error('the cluster has one node only');
  return other;
}

describe('every script', () => {
  const pipelining = { enableAutoPipelining: true, autoPipeliningIgnoredCommands: ['evalsha', 'eval'] };

  const kinds: [string, () => RedisClient][] = [
    ['with a key prefix of the client', () => newClient({ keyPrefix: 'app*:' })],
    [
      'with a key prefix and sharded publish/subscribe',
      () => newClient({ keyPrefix: 'app*:', shardedSubscribers: true }),
    ],
    ['on a client that connects at its first command', () => newClient({ lazyConnect: true })],
    ['on a client that reads from replicas', () => newClient({ scaleReads: 'all' })],
    ['on a client that pipelines by itself, but not scripts', () => newClient(pipelining)],
    ['on a client that keeps nothing for when it is connected', () => newClient({ enableOfflineQueue: false })],
    ['on ioredis 6', () => newClient6({})],
    ['on ioredis 6 with sharded publish/subscribe', () => newClient6({ shardedSubscribers: true })],
  ];

  it.each(kinds)('%s', async (_name, connect) => {
    await Promise.all(cluster.nodes.map((node) => node.command('SCRIPT', 'FLUSH')));
    await passEveryScript(newStore(connect()));
  });

  it('comes back on every node after SCRIPT FLUSH', async () => {
    const store = newStore(newClient());
    const accounts = Array.from({ length: 12 }, (_, n) => ({ ...key, userId: `user-${n}` }));
    for (const mark of ['a', 'b']) {
      await Promise.all(cluster.nodes.map((node) => node.command('SCRIPT', 'FLUSH')));
      for (const account of accounts) {
        const found = await store.get(account);
        expect(
          await store.put(account, recordOf(mark), putOptions({ ifVersion: found?.version ?? null })),
        ).toMatchObject({ ok: true });
      }
    }
  });
});

describe('a read', () => {
  const ignored = ['evalsha', 'eval'];

  it.each<[string, ClusterOptions, number]>([
    ['is a GET', {}, 1],
    ['is a script where a GET would go to a replica, which may lag behind', { scaleReads: 'slave' }, 0],
    [
      'is a script where a GET would go wherever the application says',
      { scaleReads: (nodes: readonly unknown[]) => nodes[0] },
      0,
    ],
    [
      'is a script where a GET would be put together with others',
      { enableAutoPipelining: true, autoPipeliningIgnoredCommands: ignored },
      0,
    ],
  ])('%s', async (_name, options, gets) => {
    const client = newClient(options);
    const [get, evalsha] = [vi.spyOn(client, 'get'), vi.spyOn(client, 'evalsha')];
    expect(await newStore(client).get(key)).toBeNull();
    expect([get.mock.calls.length, evalsha.mock.calls.length]).toEqual([gets, 1 - gets]);
  });
});

it('a client whose own pipelining would send scripts astray is refused', () => {
  expect(() => newStore(newClient({ enableAutoPipelining: true }))).toThrow(TypeError);
  expect(() => newStore(newClient({ enableAutoPipelining: true }))).toThrow("['evalsha', 'eval']");
});

describe('due', () => {
  it('goes through the shards of all masters', async () => {
    const store = newStore(newClient());
    const accounts = Array.from({ length: 150 }, (_, n) => ({ ...key, userId: `user-${n}` }));
    await Promise.all(
      accounts.map((account, n) => store.put(account, recordOf('a'), putOptions({ dueAt: 1_000 - n }))),
    );
    const sizes = await Promise.all(cluster.nodes.map((node) => node.command('DBSIZE')));
    expect(sizes.every((size) => Number(size) > 0)).toBe(true);
    expect(await store.due({ before: 1_000, limit: 100 })).toEqual(accounts.toReversed().slice(0, 100));
  });
});

describe('while a slot is on its way', () => {
  // So that ioredis gives up early and it is up to the store.
  const impatient = { maxRedirections: 4, retryDelayOnTryAgain: 5 };

  it('a call that needs keys of both nodes is sent again until they are together', async () => {
    const store = newStore(newClient(impatient));
    await store.put(key, recordOf('a'), putOptions());
    const move = await cluster.beginSlotMove(slotOf(key), await otherMasterThan(slotOf(key)));
    const acquiring = store.acquire(key, { ttlMs: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await move.finish();
    expect(await acquiring).toMatchObject({ found: { record: recordOf('a') } });
  });

  it('a slot that nobody serves for a moment is waited for', async () => {
    const store = newStore(newClient({ retryDelayOnClusterDown: 0 }));
    await store.put(key, recordOf('a'), putOptions());
    const owner = await cluster.ownerOf(slotOf(key));
    await owner.command('CLUSTER', 'DELSLOTS', slotOf(key));
    const reading = store.get(key);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await owner.command('CLUSTER', 'ADDSLOTS', slotOf(key));
    expect(await reading).toMatchObject({ record: recordOf('a') });
  });

  it('it is not sent again for ever', async () => {
    const store = newStore(newClient(impatient), { timeoutMs: 300 });
    await store.put(key, recordOf('a'), putOptions());
    const move = await cluster.beginSlotMove(slotOf(key), await otherMasterThan(slotOf(key)));
    cleanUps.push(() => move.finish());
    await expect(store.acquire(key, { ttlMs: 30_000 })).rejects.toMatchObject({
      code: 'redis_error',
      // Which of them it is depends on the node that ioredis asked last.
      message: expect.stringMatching(/TRYAGAIN|ASK|MOVED/),
      retryable: true,
      outcomeUnknown: false,
    });
  });
});

describe('changes', () => {
  it('are told to the shard alone, by and to those who have that on', async () => {
    const store = newStore(newClient({ shardedSubscribers: true }));
    const plain = newStore(newClient());
    const [events, plainEvents] = await Promise.all([listenTo(store), listenTo(plain)]);
    await store.put(key, recordOf('a'), putOptions());
    await store.delete(key);
    await expect.poll(() => events).toHaveLength(3);
    await plain.put(key, recordOf('b'), putOptions());
    await expect.poll(() => plainEvents).toHaveLength(2);
    expect(events).toHaveLength(3);
  });

  it.each<[string, boolean, () => RedisClient]>([
    ['plain', false, () => newClient()],
    ['sharded', true, () => newClient({ shardedSubscribers: true })],
    ['sharded, on ioredis 6', true, () => newClient6({ shardedSubscribers: true })],
  ])('are heard again after the slot has moved: %s', async (_name, sharded, connect) => {
    const store = newStore(connect());
    const events = await listenTo(store);
    await cluster.moveSlot(slotOf(key), await otherMasterThan(slotOf(key)));
    if (sharded) await expect.poll(() => events).toEqual(['up', 'down', 'up']);
    events.length = 0;
    const written = await newStore(connect()).put(key, recordOf('a'), putOptions());
    await expect.poll(() => events).toEqual([{ key, version: written.ok && written.version }]);
  });

  it.each([false, true])('are heard soon (sharded: %s)', async (shardedSubscribers) => {
    const store = newStore(newClient({ shardedSubscribers }));
    const writer = newStore(newClient({ shardedSubscribers }));
    await writer.get(key);
    await listenTo(store);
    const delays: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const heard = new Promise<void>((resolve) => {
        const stop = store.watch((event) => {
          if (event === 'up') return;
          stop();
          resolve();
        });
      });
      const began = performance.now();
      await writer.put({ ...key, userId: `user-${n}` }, recordOf('a'), putOptions());
      await heard;
      delays.push(performance.now() - began);
    }
    delays.sort((a, b) => a - b);
    // Write and message together; the middle one, as a busy machine holds up single ones.
    expect(delays[10]).toBeLessThan(50);
  });
});

describe('a cluster that cannot be reached', () => {
  it('is named with its reason, and nothing is unhandled', async () => {
    const gone = await startRedis();
    await gone.stop();
    const client = new Cluster([{ host: '127.0.0.1', port: gone.port }]);
    client.on('error', () => undefined);
    cleanUps.push(() => client.disconnect());
    await expect(newStore(client, { timeoutMs: 500 }).get(key)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('Connection is closed'),
      outcomeUnknown: false,
    });
  });

  it('because it refuses the password, which is not shown', async () => {
    const client = newClient({ redisOptions: { username: 'nobody', password: 'canary' } });
    const failure: unknown = await newStore(client, { timeoutMs: 500 })
      .get(key)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'redis_error',
      message: expect.stringContaining('WRONGPASS'),
      retryable: false,
    });
    expect(JSON.stringify(failure)).not.toContain('canary');
  });

  it('is no cluster client: a Redis that is one of a cluster says what to do', async () => {
    const node = await otherMasterThan(slotOf(key));
    const store = createRedisTokenStore({ url: node.url, plaintext: true });
    cleanUps.push(() => store.close());
    await expect(store.get(key)).rejects.toMatchObject({
      code: 'redis_error',
      retryable: false,
      hint: expect.stringContaining('new Cluster('),
    });
  });
});
