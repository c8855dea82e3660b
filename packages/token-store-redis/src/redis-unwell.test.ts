import { randomBytes } from 'node:crypto';
import { createTikTokOAuth, type TikTokOAuthOptions } from '@tt/oauth';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { startProxy } from './testing/proxy.js';
import { putOptions, recordOf } from './testing/records.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
const cleanUps: (() => unknown)[] = [];

beforeEach(async () => {
  server = await startRedis();
  cleanUps.push(() => server.stop());
}, 240_000);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const silent: NonNullable<TikTokOAuthOptions['logger']> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

const set = (...settings: (string | number)[]) => server.command('CONFIG', 'SET', ...settings);

const openByUrl = (timeoutMs = 5_000) => createRedisTokenStore({ url: server.url, plaintext: true, timeoutMs });

/** The store's own connection, and one of the application's, behave alike. */
const ways: [string, (timeoutMs?: number) => RedisTokenStore][] = [
  ['by URL', openByUrl],
  [
    'on a client of the application',
    (timeoutMs = 5_000) => {
      const client = new Redis(server.url);
      client.on('error', () => undefined);
      cleanUps.push(() => client.disconnect());
      return createRedisTokenStore({ client, plaintext: true, timeoutMs });
    },
  ],
];

function opened(open: (timeoutMs?: number) => RedisTokenStore, timeoutMs?: number): RedisTokenStore {
  const store = open(timeoutMs);
  cleanUps.push(() => store.close());
  return store;
}

async function written(store: RedisTokenStore): Promise<string> {
  const result = await store.put(key, recordOf('a'), putOptions());
  if (!result.ok) throw new Error('the write was refused');
  return result.version;
}

describe.each(ways)('what passes is waited for, %s:', (_way, open) => {
  it('a replica that takes over', async () => {
    const store = opened(open);
    const ifVersion = await written(store);
    await server.command('REPLICAOF', '127.0.0.1', 1);
    const writing = store.put(key, recordOf('b'), putOptions({ ifVersion }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await server.command('REPLICAOF', 'NO', 'ONE');
    expect(await writing).toMatchObject({ ok: true });
    expect((await store.get(key))?.record).toEqual(recordOf('b'));
  });

  it('a Redis that loads its data', async () => {
    const store = opened(open);
    await written(store);
    // It answers others only every so many bytes, which compression must not make fewer.
    for (let n = 0; n < 20; n += 1) await server.command('SET', `key:${n}`, randomBytes(2_048));
    await set('key-load-delay', 20_000, 'loading-process-events-interval-bytes', 1_024);
    const reloaded = server.command('DEBUG', 'RELOAD');
    await expect.poll(() => server.command('INFO', 'persistence')).toContain('loading:1');
    expect((await store.get(key))?.record).toEqual(recordOf('a'));
    await reloaded;
  });
});

describe.each(ways)(
  'what does not pass in time is named, nothing has happened, and it is over with its cause, %s:',
  (_way, open) => {
    it('read-only', async () => {
      const store = opened(open, 300);
      const version = await written(store);
      await server.command('REPLICAOF', '127.0.0.1', 1);
      await expect(store.put(key, recordOf('b'), putOptions({ ifVersion: version }))).rejects.toMatchObject({
        code: 'redis_error',
        message: expect.stringContaining('READONLY'),
        retryable: true,
        outcomeUnknown: false,
      });
      await server.command('REPLICAOF', 'NO', 'ONE');
      // What the caller was told has failed does not happen later.
      await new Promise((resolve) => setTimeout(resolve, 600));
      await expect.poll(() => store.get(key).catch(() => null)).toEqual({ record: recordOf('a'), version });
    });

    it('no data from the master', async () => {
      const store = opened(open, 300);
      await written(store);
      await set('replica-serve-stale-data', 'no');
      await server.command('REPLICAOF', '127.0.0.1', 1);
      await expect(store.get(key)).rejects.toMatchObject({ message: expect.stringContaining('MASTERDOWN') });
      await server.command('REPLICAOF', 'NO', 'ONE');
      await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('a') });
    });

    it('full', async () => {
      const store = opened(open);
      const version = await written(store);
      await set('maxmemory', 1);
      const began = performance.now();
      await expect(store.put(key, recordOf('b'), putOptions({ ifVersion: version }))).rejects.toMatchObject({
        code: 'redis_error',
        message: expect.stringContaining('OOM'),
        outcomeUnknown: false,
      });
      // At once: nobody frees memory while a caller waits.
      expect(performance.now() - began).toBeLessThan(4_000);
      // A person can still disconnect.
      await store.delete(key);
      await set('maxmemory', 0);
      expect(await store.get(key)).toBeNull();
    });

    it('busy with a script', async () => {
      const store = opened(open);
      await written(store);
      await set('busy-reply-threshold', 1);
      const busy = server.command('EVAL', 'while true do end', 0).catch(String);
      await expect
        .poll(() => store.get(key).catch((error: unknown) => error))
        .toMatchObject({ code: 'redis_error', message: expect.stringContaining('BUSY'), retryable: true });
      await server.command('SCRIPT', 'KILL');
      expect(await busy).toContain('Script killed');
      expect(await store.get(key)).toMatchObject({ record: recordOf('a') });
    });

    it('silent', async () => {
      const store = opened(open, 300);
      await written(store);
      process.kill(server.pid, 'SIGSTOP');
      await expect(store.get(key)).rejects.toMatchObject({
        code: 'timeout',
        message: 'Redis did not answer within 300 ms',
        outcomeUnknown: true,
      });
      process.kill(server.pid, 'SIGCONT');
      await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('a') });
    });

    it('dead, and then back without its data, which is missing and nothing else', async () => {
      const store = opened(open, 1_000);
      await written(store);
      await server.kill();
      await expect(store.get(key)).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'unreachable' });
      await server.restart();
      await expect.poll(() => store.get(key).catch(() => 'failed')).toBeNull();
      await written(store);
    });
  },
);

it('a name that leads to another Redis once the first is read-only is looked up again', async () => {
  const next = await startRedis();
  cleanUps.push(() => next.stop());
  const proxy = await startProxy(server.port);
  cleanUps.push(() => proxy.close());
  const store = createRedisTokenStore({ url: proxy.url, plaintext: true });
  cleanUps.push(() => store.close());
  expect(await store.get(key)).toBeNull();
  await server.command('REPLICAOF', '127.0.0.1', 1);
  proxy.leadTo(next.port);
  await written(store);
  expect(await next.command('DBSIZE')).toBe(2);
});

it('a Redis that loads its data while the store connects is named, and waited for', async () => {
  await written(opened(openByUrl));
  for (let n = 0; n < 20; n += 1) await server.command('SET', `key:${n}`, randomBytes(2_048));
  await set('key-load-delay', 50_000, 'loading-process-events-interval-bytes', 1_024);
  const reloaded = server.command('DEBUG', 'RELOAD');
  await expect.poll(() => server.command('INFO', 'persistence')).toContain('loading:1');
  const impatient = opened(openByUrl, 150).get(key);
  const patient = opened(openByUrl, 10_000).get(key);
  await expect(impatient).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('it may be loading its data'),
    outcomeUnknown: false,
  });
  expect((await patient)?.record).toEqual(recordOf('a'));
  await reloaded;
});

it('a connection on which nothing comes through any more is made anew', async () => {
  const proxy = await startProxy(server.port);
  cleanUps.push(() => proxy.close());
  const store = createRedisTokenStore({ url: proxy.url, plaintext: true, timeoutMs: 200 });
  cleanUps.push(() => store.close());
  await written(store);
  proxy.swallow();
  await expect(store.get(key)).rejects.toMatchObject({ code: 'timeout' });
  await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('a') });
});

it('while Redis is dead an application gets the tokens it has, and learns why it gets no others', async () => {
  const store = createRedisTokenStore({ url: server.url, plaintext: true, timeoutMs: 1_000 });
  const oauth = createTikTokOAuth({
    clientKey: 'aw1',
    clientSecret: 'secret',
    redirectUri: 'https://app.example/callback',
    store,
    logger: silent,
  });
  cleanUps.push(
    () => store.close(),
    () => oauth.close(),
  );
  const tokens = {
    accessToken: 'act.cached',
    refreshToken: 'rft.cached',
    expiresIn: 86_400,
    refreshExpiresIn: 31_536_000,
    openId: 'open-1',
    obtainedAt: new Date(),
  };
  await oauth.importTokens('cached', tokens);
  expect(await oauth.getValidToken('cached')).toBe('act.cached');

  await server.kill();
  expect(await oauth.getValidToken('cached')).toBe('act.cached');
  await expect(oauth.getValidToken('other')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'unreachable' });

  await server.restart();
  await expect
    .poll(() => oauth.getValidToken('cached').catch((error: unknown) => error))
    .toMatchObject({ type: 'AUTH_ERROR', code: 'not_connected' });
});
