import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../is-alive.js';
import { findRedisServer } from './find-redis-server.js';
import { type RedisSentinel, startRedisSentinel } from './start-redis-sentinel.js';

const user = { username: 'app', password: 'p@ss:w/ö rd%' };

let sentinel: RedisSentinel;
let client: Redis;

// The first look may have to install Redis.
beforeAll(async () => {
  await findRedisServer();
  sentinel = await startRedisSentinel({ replicas: 2, users: [user] });
  client = new Redis({ ...sentinel.options, ...user });
  client.on('error', () => undefined);
}, 240_000);

afterAll(async () => {
  client.disconnect();
  await sentinel.stop();
});

test('a master with its replicas, watched by sentinels that know one another', async () => {
  const [first, ...replicas] = sentinel.servers;
  expect(await sentinel.master()).toBe(first);
  expect(replicas).toHaveLength(2);
  for (const replica of replicas) {
    expect(await replica.command('ROLE')).toEqual(['slave', first?.host, first?.port, 'connected', expect.anything()]);
  }
  expect(sentinel.sentinels).toHaveLength(3);
  for (const one of sentinel.sentinels) {
    expect(String(await one.command('SENTINEL', 'CKQUORUM', sentinel.name))).toContain('OK 3 usable Sentinels');
    const [[field, quorum] = []] = pairs(await one.command('SENTINEL', 'MASTER', sentinel.name), 'quorum');
    expect([field, quorum]).toEqual(['quorum', '2']);
  }
});

test('a sentinel that was killed comes back as itself, as quick as before', async () => {
  const [, , third] = sentinel.sentinels;
  const id = await third?.command('SENTINEL', 'MYID');
  await third?.kill();
  await third?.restart();
  expect(await third?.command('SENTINEL', 'MYID')).toBe(id);
  expect(pairs(await third?.command('SENTINEL', 'DEBUG'), 'PUBLISH-PERIOD')).toEqual([['PUBLISH-PERIOD', '500']]);
  expect(String(await third?.command('SENTINEL', 'CKQUORUM', sentinel.name))).toContain('OK 3 usable Sentinels');
});

test('fails over after a crash and in good order, and clients find the new master', async () => {
  await client.set('key', 'value');
  await client.wait(2, 5_000);
  const first = await sentinel.master();
  await first.kill();
  const second = await sentinel.failover(first);
  expect(second).not.toBe(first);
  expect(await sentinel.master()).toBe(second);
  expect(await client.get('key')).toBe('value');
  expect(await client.set('key', 'after the crash')).toBe('OK');
  await client.wait(1, 5_000);

  const third = await sentinel.failover(second);
  expect([first, second]).not.toContain(third);
  expect(await sentinel.master()).toBe(third);
  expect(await third.command('GET', 'key')).toBe('after the crash');
  expect(second.isRunning()).toBe(true);
  await expect(second.command('SET', 'key', 'lost')).rejects.toMatchObject({ code: 'READONLY' });
  await expect.poll(() => client.set('key', 'after all').catch(() => 'failed'), { timeout: 10_000 }).toBe('OK');
}, 90_000);

test('is gone once stopped, and leaves nothing behind when a part does not start', async () => {
  const own = await startRedisSentinel({ sentinels: 1 });
  const pids = [...own.servers, ...own.sentinels].map(({ pid }) => pid);
  expect(pids).toHaveLength(3);
  await own.stop();
  expect(pids.filter(isAlive)).toEqual([]);
  await expect(startRedisSentinel({ args: ['--no-such-option', '1'] })).rejects.toThrow('no-such-option');
});

/** The pairs of a flat list whose first half is `name`. */
function pairs(list: unknown, name: string): [unknown, unknown][] {
  const fields: unknown[] = Array.isArray(list) ? list : [];
  return fields.flatMap((field, index) => (index % 2 === 0 && field === name ? [[field, fields[index + 1]]] : []));
}
