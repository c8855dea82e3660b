import { type RedisServer, startRedis, startRedisCluster } from '@tt/tooling/redis';
import { Cluster, Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

const warnings: string[] = [];
const cleanUps: (() => unknown)[] = [];

function noteWarning(warning: Error): void {
  if (Reflect.get(warning, 'code') === 'TT_STORE_REPLICAS') warnings.push(warning.message);
}

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', noteWarning);
});

afterEach(async () => {
  process.off('warning', noteWarning);
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function master(): Promise<RedisServer> {
  const server = await startRedis();
  cleanUps.push(() => server.stop());
  return server;
}

async function replicaOf({ host, port }: RedisServer): Promise<RedisServer> {
  const replica = await startRedis({ args: ['--masteruser', 'tooling', '--masterauth', 'tooling'] });
  cleanUps.push(() => replica.stop());
  await replica.command('REPLICAOF', host, port);
  await expect.poll(() => replica.command('INFO', 'replication')).toContain('master_link_status:up');
  return replica;
}

function storeOn(server: RedisServer, waitForReplicas: { count: number; timeoutMs?: number }): RedisTokenStore {
  const store = createRedisTokenStore({ url: server.url, plaintext: true, waitForReplicas });
  cleanUps.push(() => store.close());
  return store;
}

async function recordsOn(server: RedisServer): Promise<readonly string[]> {
  const names = await server.command('KEYS', '*:record:*');
  return Array.isArray(names) ? names.map(String) : [];
}

/** Node tells of warnings a moment later. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a write that waits for replicas', () => {
  it('is on them when it is done', async () => {
    const server = await master();
    const replica = await replicaOf(server);
    const store = storeOn(server, { count: 1, timeoutMs: 5_000 });
    for (let n = 0; n < 20; n += 1) {
      await store.put({ ...key, userId: `user-${n}` }, recordOf('a'), putOptions());
      expect(await recordsOn(replica)).toHaveLength(n + 1);
    }
    await turn();
    expect(warnings).toEqual([]);
  });

  it('is asked about together with those that came meanwhile', async () => {
    const server = await master();
    await replicaOf(server);
    const store = storeOn(server, { count: 1, timeoutMs: 5_000 });
    const accounts = Array.from({ length: 50 }, (_, n) => ({ ...key, userId: `user-${n}` }));
    await Promise.all(accounts.map((account) => store.put(account, recordOf('a'), putOptions())));
    const stats = String(await server.command('INFO', 'commandstats'));
    expect(Number(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(25);
    await turn();
    expect(warnings).toEqual([]);
  });

  it('stands where they are too few, and Node is warned once', async () => {
    const server = await master();
    const store = storeOn(server, { count: 1, timeoutMs: 50 });
    const began = performance.now();
    const accounts = Array.from({ length: 50 }, (_, n) => ({ ...key, userId: `user-${n}` }));
    const results = await Promise.all(accounts.map((account) => store.put(account, recordOf('a'), putOptions())));
    // Together, not each after the other, which would be 2,500 ms and more.
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect((await store.get({ ...key, userId: 'user-7' }))?.record).toEqual(recordOf('a'));
    await turn();
    expect(warnings).toEqual([expect.stringContaining('Fewer than 1 replicas')]);
    expect(warnings.join()).not.toContain('canary');
  });

  it('is warned of again after they had come back', async () => {
    const server = await master();
    // A replica on a busy machine takes a while to say that it has a write.
    const store = storeOn(server, { count: 1, timeoutMs: 2_000 });
    const write = (userId: string) => store.put({ ...key, userId }, recordOf('a'), putOptions());
    await write('alone');
    const replica = await replicaOf(server);
    await write('together');
    await turn();
    expect(warnings).toHaveLength(1);
    await replica.stop();
    await write('alone again');
    await turn();
    expect(warnings).toHaveLength(2);
  });

  it('does not hold up others, and keeps the record’s end', async () => {
    const server = await master();
    const store = storeOn(server, { count: 1, timeoutMs: 1_000 });
    const writing = store.put(key, recordOf('a'), putOptions({ expiresInMs: 60_000 }));
    const order: string[] = [];
    await Promise.all([
      writing.then(() => order.push('written')),
      store.get({ ...key, userId: 'other' }).then(() => order.push('read')),
    ]);
    expect(order).toEqual(['read', 'written']);
    const [name = ''] = await recordsOn(server);
    expect(Number(await server.command('PTTL', name))).toBeGreaterThan(50_000);
    expect(Number(await server.command('PTTL', name))).toBeLessThanOrEqual(60_000);
  });

  it('works on the node of the account in a cluster', async () => {
    await using cluster = await startRedisCluster({ masters: 3, replicas: 1 });
    const client = new Cluster([...cluster.startupNodes]);
    const store = createRedisTokenStore({ client, plaintext: true, waitForReplicas: { count: 1, timeoutMs: 5_000 } });
    const accounts = Array.from({ length: 30 }, (_, n) => ({ ...key, userId: `user-${n}` }));
    await Promise.all(accounts.map((account) => store.put(account, recordOf('a'), putOptions())));
    const onReplicas = await Promise.all(cluster.nodes.slice(3).map(recordsOn));
    expect(onReplicas.flat()).toHaveLength(30);
    await turn();
    expect(warnings).toEqual([]);
    await store.close();
    client.disconnect();
  });

  it('ends its connection with the store', async () => {
    const server = await master();
    const client = new Redis(server.url);
    cleanUps.push(() => client.disconnect());
    const store = createRedisTokenStore({ client, plaintext: true, waitForReplicas: { count: 1, timeoutMs: 20 } });
    await store.put(key, recordOf('a'), putOptions());
    const connections = async () =>
      String(await client.client('LIST'))
        .trim()
        .split('\n').length;
    expect(await connections()).toBe(2);
    await store.close();
    await expect.poll(connections).toBe(1);
  });
});
