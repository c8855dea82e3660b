import type { StoreEvent } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import { type Cluster, Redis } from 'ioredis';
import { type Cluster as Cluster6, Redis as Redis6 } from 'ioredis-6';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
import type { RedisClient } from './redis-client.js';
import { passEveryScript } from './testing/every-script.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let redis: Redis;

useRedis((own) => {
  ({ server, redis } = own);
});

it('the type fits Redis and Cluster of both majors', () => {
  expectTypeOf<Redis>().toExtend<RedisClient>();
  expectTypeOf<Cluster>().toExtend<RedisClient>();
  expectTypeOf<Redis6>().toExtend<RedisClient>();
  expectTypeOf<Cluster6>().toExtend<RedisClient>();
});

describe.each([
  ['ioredis 5', () => new Redis(server.url)],
  ['ioredis 6', () => new Redis6(server.url)],
  ['ioredis 6 with RESP3 replies', () => new Redis6(server.url, { replyMapping: 'resp3' })],
  ['ioredis 5 with a key prefix', () => new Redis(server.url, { keyPrefix: 'app*:' })],
  ['ioredis 6 with a key prefix', () => new Redis6(server.url, { keyPrefix: 'app*:' })],
  ['ioredis 5 with numbers as strings', () => new Redis(server.url, { stringNumbers: true })],
  ['ioredis 5 with auto-pipelining', () => new Redis(server.url, { enableAutoPipelining: true })],
])('%s', (_name, connect) => {
  it('goes through every script and hears of its changes', async () => {
    const client = connect();
    const store = createRedisTokenStore({ client, plaintext: true });
    await redis.script('FLUSH');
    await passEveryScript(store);
    await store.close();
    client.disconnect();
  });
});

it('a client with a key prefix keeps everything under it, and apart from a client without', async () => {
  const prefixed = new Redis(server.url, { keyPrefix: 'app:' });
  const store = createRedisTokenStore({ client: prefixed, plaintext: true });
  const plain = createRedisTokenStore({ client: redis, plaintext: true });
  const heard: StoreEvent[] = [];
  plain.watch((event) => heard.push(event));
  await expect.poll(() => heard).toEqual(['up']);
  await store.put(key, recordOf('a'), putOptions());
  await store.acquire(key, { ttlMs: 10_000 });
  const names = await redis.keys('*');
  expect(names).toHaveLength(3);
  for (const name of names) expect(name).toMatch(/^app:\{tt:\d{4}\}:/);
  expect(await plain.get(key)).toBeNull();
  await plain.put(key, recordOf('b'), putOptions());
  await expect.poll(() => heard).toHaveLength(2);
  await Promise.all([store.close(), plain.close()]);
  prefixed.disconnect();
});
