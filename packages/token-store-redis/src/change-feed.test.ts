import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { StoreEvent } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { type RedisProxy, startProxy } from './testing/proxy.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user {1}:\n' };

let server: RedisServer;
let redis: Redis;
let proxy: RedisProxy;
let store: RedisTokenStore;
let other: RedisTokenStore;

useRedis((own) => {
  ({ server, redis } = own);
});

beforeEach(async () => {
  proxy = await startProxy(server.port);
  store = createRedisTokenStore({ url: proxy.url, plaintext: true });
  other = createRedisTokenStore({ url: server.url, plaintext: true });
});

afterEach(async () => {
  await Promise.all([store.close(), other.close()]);
  await proxy.close();
});

async function listenTo(subject: RedisTokenStore): Promise<{ events: StoreEvent[]; stop: () => void }> {
  const events: StoreEvent[] = [];
  const stop = subject.watch((event) => events.push(event));
  await expect.poll(() => events, { interval: 5 }).toEqual(['up']);
  return { events, stop };
}

async function subscriptions(): Promise<number> {
  return Number(await redis.pubsub('NUMPAT'));
}

describe('watch', () => {
  it('begins once Redis is there, however late', async () => {
    proxy.leadTo(1);
    const events: StoreEvent[] = [];
    store.watch((event) => events.push(event));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(events).toEqual([]);
    proxy.leadTo(server.port);
    await expect.poll(() => events).toEqual(['up']);
  });

  it('has one connection for all, and none once the last one left', async () => {
    const before = await subscriptions();
    const first = await listenTo(store);
    const second: StoreEvent[] = [];
    const stopSecond = store.watch((event) => second.push(event));
    expect(await subscriptions()).toBe(before + 1);
    first.stop();
    await other.put(key, recordOf('a'), putOptions());
    await expect.poll(() => second).toHaveLength(2);
    expect(first.events).toEqual(['up']);
    stopSecond();
    await expect.poll(subscriptions).toBe(before);
    await listenTo(store);
  });

  it('goes on for the others when one listener throws, and says so', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    store.watch(() => {
      throw new Error('listener broke');
    });
    await listenTo(store);
    await expect.poll(() => warnings.map(String)).toContainEqual(expect.stringContaining('listener broke'));
    process.off('warning', warned);
  });

  it('ends with the store: the last thing it hears is that it is down', async () => {
    const before = await subscriptions();
    const { events, stop } = await listenTo(store);
    await store.close();
    expect(events).toEqual(['up', 'down']);
    stop();
    await expect.poll(subscriptions).toBe(before);
  });

  it('duplicates a client that was passed in, and closes only the duplicate', async () => {
    const before = await subscriptions();
    const lazy = new Redis(server.url, { lazyConnect: true, enableOfflineQueue: false });
    const borrowing = createRedisTokenStore({ client: lazy, plaintext: true });
    await listenTo(borrowing);
    expect(await subscriptions()).toBe(before + 1);
    await borrowing.close();
    await expect.poll(subscriptions).toBe(before);
    expect(lazy.status).toBe('wait');
  });

  it.each([
    ['another prefix', { keyPrefix: 'tt:x' }, ''],
    ['another database', {}, '/1'],
  ])('does not hear of %s', async (_what, options, path) => {
    const { events } = await listenTo(store);
    const foreign = createRedisTokenStore({ url: `${server.url}${path}`, plaintext: true, ...options });
    await foreign.put(key, recordOf('a'), putOptions());
    await foreign.close();
    await other.delete(key);
    const mine = await other.put(key, recordOf('a'), putOptions());
    await expect.poll(() => events).toEqual(['up', { key, version: mine.ok && mine.version }]);
  });

  it('pays no heed to what others publish on its channels', async () => {
    const { events } = await listenTo(store);
    for (const noise of ['', 'hello', '{"a":1}', 'a:b:c 1']) await redis.publish('{tt:0001}:changes:0', noise);
    await other.put(key, recordOf('a'), putOptions());
    await expect.poll(() => events).toHaveLength(2);
    expect(events[1]).toMatchObject({ key });
  });
});

describe('a subscription that is lost without a word', () => {
  it('is found out by a ping, and another one takes its place', async () => {
    const client = new Redis(proxy.url);
    const watching = createRedisTokenStore({ client, plaintext: true, pingIntervalMs: 50, timeoutMs: 300 });
    const { events } = await listenTo(watching);
    proxy.swallow();
    // TCP alone would take a quarter of an hour to notice.
    await expect.poll(() => events, { timeout: 5_000 }).toEqual(['up', 'down', 'up']);
    const written = await other.put(key, recordOf('a'), putOptions());
    await expect.poll(() => events.slice(3)).toEqual([{ key, version: written.ok && written.version }]);
    await watching.close();
    client.disconnect();
  });

  it('is found out while it is being made', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    proxy.leadTo((silent.address() as AddressInfo).port);
    const client = new Redis(proxy.url);
    const watching = createRedisTokenStore({ client, plaintext: true, timeoutMs: 300 });
    const events: StoreEvent[] = [];
    watching.watch((event) => events.push(event));
    await new Promise((resolve) => setTimeout(resolve, 100));
    proxy.leadTo(server.port);
    await expect.poll(() => events, { timeout: 5_000 }).toEqual(['up']);
    await watching.close();
    client.disconnect();
    silent.close();
  });

  it('comes back though the client of the application gives up at once', async () => {
    const client = new Redis(proxy.url, { retryStrategy: () => null });
    client.on('error', () => undefined);
    const watching = createRedisTokenStore({ client, plaintext: true });
    const { events } = await listenTo(watching);
    proxy.cut();
    await expect.poll(() => events).toEqual(['up', 'down', 'up']);
    await watching.close();
    client.disconnect();
  });
});

it('changes by another process are heard within tens of milliseconds', async () => {
  await other.get(key);
  const { events } = await listenTo(store);
  const delays: number[] = [];
  for (let n = 1; n <= 20; n += 1) {
    const began = performance.now();
    await other.put({ ...key, userId: `user-${n}` }, recordOf('a'), putOptions());
    await expect.poll(() => events.length, { interval: 1 }).toBe(n + 1);
    delays.push(performance.now() - began);
  }
  delays.sort((a, b) => a - b);
  // The middle one: a busy machine holds up single ones.
  expect(delays[10]).toBeLessThan(50);
});
