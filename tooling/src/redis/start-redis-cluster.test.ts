import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findRedisServer } from './find-redis-server.js';
import { type RedisCluster, startRedisCluster } from './start-redis-cluster.js';

const user = { username: 'app', password: 'p@ss:w/ö rd%' };

let cluster: RedisCluster;
const clients: Cluster[] = [];

// The first look may have to install Redis.
beforeAll(async () => {
  await findRedisServer();
  cluster = await startRedisCluster({ replicas: 1, nodeTimeoutMs: 10_000, users: [user] });
}, 240_000);

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.disconnect();
  }
});

afterAll(() => cluster.stop());

function newClient(): Cluster {
  const client = new Cluster(cluster.startupNodes, { redisOptions: user });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

test('is whole from the start: three masters share the slots, each with a replica in step', async () => {
  expect(cluster.nodes).toHaveLength(6);
  expect(new Set(cluster.nodes.map(({ port }) => port)).size).toBe(6);
  for (const node of cluster.nodes) {
    const info = String(await node.command('CLUSTER', 'INFO'));
    expect(info).toContain('cluster_state:ok');
    expect(info).toContain('cluster_slots_ok:16384');
    expect(info).toContain('cluster_known_nodes:6');
    expect(info).toContain('cluster_size:3');
  }
  for (const [index, master] of cluster.nodes.slice(0, 3).entries()) {
    const replica = cluster.nodes[3 + index];
    expect(await replica?.command('ROLE')).toEqual(['slave', master.host, master.port, 'connected', expect.anything()]);
  }
  expect(await Promise.all([0, 5461, 10922, 16383].map(cluster.ownerOf))).toEqual(
    [0, 1, 2, 2].map((index) => cluster.nodes[index]),
  );
});

test('serves a client that follows its redirections', async () => {
  const client = newClient();
  const keys = Array.from({ length: 30 }, (_, n) => `key:${n}`);
  await Promise.all(keys.map((key) => client.set(key, 'value')));
  const sizes = await Promise.all(cluster.nodes.slice(0, 3).map((node) => node.command('DBSIZE')));
  expect(sizes.map(Number).reduce((sum, size) => sum + size)).toBe(30);
  expect(sizes).not.toContain(0);
  const slot = await cluster.slotOf('key:0');
  expect(await (await cluster.ownerOf(slot)).command('GET', 'key:0')).toBe('value');
});

test('waits for silent nodes as long as it was told, and lets replicas take over as Redis does', async () => {
  for (const node of cluster.nodes) {
    expect(await node.command('CONFIG', 'GET', 'cluster-node-timeout')).toEqual(['cluster-node-timeout', '10000']);
    expect(await node.command('CONFIG', 'GET', 'cluster-replica-no-failover')).toContain('no');
  }
});

test('fails over, in good order and after a crash, and a killed node comes back', async () => {
  const client = newClient();
  await client.set('kept', 'value');
  const slot = await cluster.slotOf('kept');
  const first = await cluster.ownerOf(slot);

  const second = await cluster.failover(first);
  expect(second).not.toBe(first);
  expect(await cluster.ownerOf(slot)).toBe(second);
  expect(await second.command('GET', 'kept')).toBe('value');
  expect(first.isRunning()).toBe(true);
  await expect(first.command('GET', 'kept')).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${second.port}`);

  await second.kill();
  const third = await cluster.failover(second);
  expect(third).toBe(first);
  expect(await cluster.ownerOf(slot)).toBe(third);
  expect(await third.command('GET', 'kept')).toBe('value');
  expect(await client.get('kept')).toBe('value');

  await second.restart();
  expect(await second.command('CONFIG', 'GET', 'cluster-node-timeout')).toEqual(['cluster-node-timeout', '10000']);
  await expect
    .poll(() => second.command('ROLE'), { timeout: 10_000 })
    .toEqual(['slave', third.host, third.port, 'connected', expect.anything()]);
  expect(await cluster.failover(third)).toBe(second);
}, 90_000);

test('leaves no node behind when one does not start', async () => {
  await expect(startRedisCluster({ args: ['--no-such-option', '1'] })).rejects.toThrow('no-such-option');
});
