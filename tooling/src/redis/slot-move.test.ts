import { Cluster } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findRedisServer } from './find-redis-server.js';
import type { RedisServer } from './server.js';
import { type RedisCluster, startRedisCluster } from './start-redis-cluster.js';

const user = { username: 'app', password: 'p@ss:w/ö rd%' };

let cluster: RedisCluster;
let client: Cluster;
let from: RedisServer;
let to: RedisServer;

// The first look may have to install Redis.
beforeAll(async () => {
  await findRedisServer();
  cluster = await startRedisCluster({ users: [user] });
  client = new Cluster(cluster.startupNodes, { redisOptions: user });
}, 240_000);

afterAll(async () => {
  client.disconnect();
  await cluster.stop();
});

beforeEach(() => client.mset('{tag}1', 'a', '{tag}2', 'b', '{tag}3', 'c'));

/** Takes the slot of the keys from whoever has it now, to one who has not. */
async function begin() {
  const slot = await cluster.slotOf('{tag}1');
  from = await cluster.ownerOf(slot);
  to = cluster.nodes.find((node) => node !== from) ?? from;
  return cluster.beginSlotMove(slot, to);
}

test('half-way, clients are asked to ask elsewhere, and to try again where keys are on both sides', async () => {
  const move = await begin();
  expect(await from.command('MGET', '{tag}1', '{tag}2')).toEqual(['a', 'b']);

  await move.moveKeys('{tag}1');
  await expect(from.command('GET', '{tag}1')).rejects.toThrow(`ASK ${move.slot} 127.0.0.1:${to.port}`);
  await expect(from.command('MGET', '{tag}1', '{tag}2')).rejects.toMatchObject({ code: 'TRYAGAIN' });
  await expect(to.command('GET', '{tag}1')).rejects.toThrow(`MOVED ${move.slot} 127.0.0.1:${from.port}`);
  expect(await from.command('GET', '{tag}2')).toBe('b');
  expect(await client.get('{tag}1')).toBe('a');
  expect(await cluster.ownerOf(move.slot)).toBe(from);

  await move.finish();
  for (const node of cluster.nodes.filter((one) => one !== to)) {
    await expect(node.command('GET', '{tag}1')).rejects.toThrow(`MOVED ${move.slot} 127.0.0.1:${to.port}`);
  }
  expect(await cluster.ownerOf(move.slot)).toBe(to);
  expect(await to.command('MGET', '{tag}1', '{tag}2', '{tag}3')).toEqual(['a', 'b', 'c']);
  expect(await client.mget('{tag}1', '{tag}2', '{tag}3')).toEqual(['a', 'b', 'c']);
});

test('a key that is not there cannot be moved', async () => {
  const move = await begin();
  await expect(move.moveKeys('{tag}none')).rejects.toThrow(`slot ${move.slot} holds none of {tag}none`);
  await move.finish();
});

test('a whole slot moves at once, however many keys it holds', async () => {
  const keys = Array.from({ length: 250 }, (_, n) => `{tag}:${n}`);
  await client.mset(keys.flatMap((key) => [key, key]));
  const slot = await cluster.slotOf('{tag}');
  const before = await cluster.ownerOf(slot);
  const after = cluster.nodes.find((node) => node !== before) ?? before;
  await cluster.moveSlot(slot, after);
  expect(await cluster.ownerOf(slot)).toBe(after);
  expect(await after.command('CLUSTER', 'COUNTKEYSINSLOT', slot)).toBe(253);
  expect(await after.command('MGET', ...keys)).toEqual(keys);
});
