import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { type RedisProxy, startProxy } from './testing/proxy.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let redis: Redis;
let proxy: RedisProxy;
let store: RedisTokenStore;

useRedis((own) => {
  ({ server, redis } = own);
});

beforeEach(async () => {
  proxy = await startProxy(server.port);
  store = createRedisTokenStore({ url: proxy.url, plaintext: true, timeoutMs: 2_000 });
});

afterEach(async () => {
  await store.close();
  await proxy.close();
});

const put = (mark: string) => store.put(key, recordOf(mark), putOptions());

describe('the scripts', () => {
  it('all come back after SCRIPT FLUSH', async () => {
    const flush = () => redis.script('FLUSH');
    await flush();
    const result = await put('a');
    await flush();
    expect(await store.get(key)).toMatchObject({ record: recordOf('a') });
    await flush();
    const acquired = await store.acquire(key, { ttlMs: 10_000 });
    await flush();
    expect(await acquired?.lease.extend()).toBe(true);
    await flush();
    await acquired?.lease.release();
    await flush();
    expect(await store.due({ before: Number.POSITIVE_INFINITY, limit: 5 })).toEqual([key]);
    await flush();
    await store.delete(key);
    expect(await store.get(key)).toBeNull();
    expect(result.ok).toBe(true);
  });

  it('are called by SHA once Redis has them', async () => {
    await put('a');
    const before = await redis.info('commandstats');
    await put('b');
    const callsOf = (stats: string, command: string) => new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1];
    const after = await redis.info('commandstats');
    expect(callsOf(after, 'eval')).toBe(callsOf(before, 'eval'));
    expect(Number(callsOf(after, 'evalsha'))).toBe(Number(callsOf(before, 'evalsha')) + 1);
  });
});

describe('an answer that got lost with its connection', () => {
  it('makes a repeated write, which succeeds and happens once', async () => {
    await put('first');
    const found = await store.get(key);
    const events: string[] = [];
    const listener = redis.duplicate();
    listener.on('pmessage', (_pattern, _channel, message) => events.push(message));
    await listener.psubscribe('*');

    proxy.loseNextAnswer();
    const result = await store.put(key, recordOf('second'), putOptions({ ifVersion: found?.version ?? null }));
    expect(result).toMatchObject({ ok: true });
    expect(await store.get(key)).toEqual({ record: recordOf('second'), version: result.ok && result.version });
    await expect.poll(() => events).toHaveLength(1);
    listener.disconnect();
  });

  it('makes a repeated request for a lease, which is granted', async () => {
    await put('a');
    // Once, so that Redis knows the script, and what gets lost is its answer.
    const warm = await store.acquire(key, { ttlMs: 10_000 });
    await warm?.lease.release();
    proxy.loseNextAnswer();
    expect(await store.acquire(key, { ttlMs: 10_000 })).toMatchObject({ found: { record: recordOf('a') } });
    expect(await store.acquire(key, { ttlMs: 10_000 })).toBeNull();
  });

  it('makes a repeated write, which has given the lease back', async () => {
    const first = await put('a');
    const acquired = await store.acquire(key, { ttlMs: 10_000 });
    const again = putOptions({ ifVersion: first.ok ? first.version : null, lease: acquired?.lease });
    proxy.loseNextAnswer();
    expect(await store.put(key, recordOf('b'), again)).toMatchObject({ ok: true });
    expect(await store.acquire(key, { ttlMs: 10_000 })).not.toBeNull();
  });
});

describe('when Redis is not there', () => {
  it('says so in good time, at the first call and at later ones', async () => {
    const gone = await startRedis();
    await gone.stop();
    const lonely = createRedisTokenStore({ url: gone.url, plaintext: true });
    const began = performance.now();
    for (let n = 0; n < 2; n += 1) {
      await expect(lonely.get(key)).rejects.toMatchObject({
        type: 'TOKEN_STORE_ERROR',
        code: 'unreachable',
        operation: 'store.get',
        message: expect.stringContaining('ECONNREFUSED'),
        cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
      });
    }
    expect(performance.now() - began).toBeLessThan(5_000);
    await lonely.close();
  });

  it('gives up on a client that would wait for ever', async () => {
    const gone = await startRedis();
    await gone.stop();
    const patient = new Redis(gone.url, { maxRetriesPerRequest: null, lazyConnect: true });
    patient.on('error', () => undefined);
    const borrowing = createRedisTokenStore({ client: patient, plaintext: true, timeoutMs: 200 });
    await expect(borrowing.get(key)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^Redis could not be reached: the client is (?:reconnecting|connecting)$/),
      outcomeUnknown: false,
    });
    await borrowing.close();
    patient.disconnect();
  });

  it('or the application has closed its client', async () => {
    const closed = new Redis(server.url);
    await closed.quit();
    const borrowing = createRedisTokenStore({ client: closed, plaintext: true });
    await expect(borrowing.get(key)).rejects.toMatchObject({ code: 'unreachable', outcomeUnknown: false });
  });
});

describe('when Redis is slow', () => {
  it('gives up after the time allowed, and a lease that was granted too late is given back', async () => {
    await using slow = await startRedis();
    const impatient = createRedisTokenStore({ url: slow.url, plaintext: true, timeoutMs: 400 });
    expect(await impatient.get(key)).toBeNull();
    process.kill(slow.pid, 'SIGSTOP');
    const asking = impatient.acquire(key, { ttlMs: 60_000 });
    await expect(asking).rejects.toMatchObject({
      code: 'timeout',
      operation: 'store.acquire',
      outcomeUnknown: true,
    });
    process.kill(slow.pid, 'SIGCONT');
    await expect.poll(() => impatient.acquire(key, { ttlMs: 60_000 }).catch(() => null)).not.toBeNull();
    await impatient.close();
  });
});

describe('the process', () => {
  it('ends by itself once the store is closed, with a lease and a listener still held', async () => {
    const program = `
      import { createRedisTokenStore } from '@tt/token-store-redis';
      const store = createRedisTokenStore({ url: process.env.REDIS_URL, plaintext: true });
      store.watch(() => undefined);
      await store.acquire({ clientKey: 'aw1', userId: 'ends' }, { ttlMs: 60_000 });
      await store.close();
    `;
    expect(await exitCodeOf(program, server.url)).toBe(0);
  });

  it('is not kept by a lease when the application has closed its client and forgot the store', async () => {
    const program = `
      import { Redis } from 'ioredis';
      import { createRedisTokenStore } from '@tt/token-store-redis';
      const client = new Redis(process.env.REDIS_URL);
      const store = createRedisTokenStore({ client, plaintext: true });
      await store.acquire({ clientKey: 'aw1', userId: 'forgot' }, { ttlMs: 60_000 });
      await client.quit();
    `;
    expect(await exitCodeOf(program, server.url)).toBe(0);
  });

  it('survives a Redis that is not there, with a listener and nobody catching', async () => {
    const program = `
      import { createRedisTokenStore } from '@tt/token-store-redis';
      const store = createRedisTokenStore({ url: process.env.REDIS_URL, plaintext: true });
      store.watch(() => undefined);
      setTimeout(() => store.close(), 300);
    `;
    expect(await exitCodeOf(program, 'redis://127.0.0.1:1')).toBe(0);
  });
});

async function exitCodeOf(program: string, url: string): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, REDIS_URL: url },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 10_000,
  });
  const [code] = await once(child, 'exit');
  return code;
}
