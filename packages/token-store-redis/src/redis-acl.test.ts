import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountKey, createTokenCipher, type StoreEvent } from '@tt/oauth';
import { type RedisCluster, type RedisServer, startRedis, startRedisCluster } from '@tt/tooling/redis';
import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { KeyLayout } from './key-layout.js';
import { keySlot } from './key-slot.js';
import type { RedisClient } from './redis-client.js';
import { putOptions, recordOf } from './testing/records.js';

const user = { username: 'tokens', password: 'awkward: p@ss/w%rd {ö}' };
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const [, setUser = ''] = /^ACL SETUSER tokens on >password (.*)$/m.exec(readme) ?? [];
const rules = setUser.split(' ');
const replicaRules = /with `waitForReplicas` `([^`]*)`/.exec(readme)?.[1]?.split(' ') ?? [];
const clusterRules = [
  ...rules.filter((rule) => !['+publish', '+psubscribe'].includes(rule)),
  ...(/On a cluster `([^`]*)`/.exec(readme)?.[1]?.split(' ') ?? []),
  ...(/with `shardedSubscribers` `([^`]*)`/.exec(readme)?.[1]?.split(' ') ?? []),
];

afterEach(() => vi.restoreAllMocks());

/** Does everything that a store does. Rejects, or warns, where something is not allowed. */
async function doEverything(client: RedisClient, whileThere?: (key: AccountKey) => Promise<unknown>): Promise<void> {
  const store = createRedisTokenStore({ client, cipher, timeoutMs: 1_000, pingIntervalMs: 20 });
  try {
    const events: StoreEvent[] = [];
    store.watch((event) => events.push(event));
    await vi.waitFor(() => expect(events).toContain('up'), { timeout: 1_000, interval: 10 });

    const key = { clientKey: 'aw1', userId: randomUUID() };
    const first = await store.put(key, recordOf('a'), putOptions());
    const acquired = await store.acquire(key, { ttlMs: 30_000 });
    await acquired?.lease.extend();
    const again = { ifVersion: first.ok ? first.version : null, lease: acquired?.lease };
    await store.put(key, recordOf('b'), putOptions(again));
    await store.get(key);
    await store.due({ before: Number.POSITIVE_INFINITY, limit: 1 });
    await store.reencryptAll();
    // For two pings at least.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events).not.toContain('down');
    await whileThere?.(key);
    await store.delete(key);
  } finally {
    await store.close();
  }
}

/** The first thing that goes wrong when everything is done; undefined where nothing does. */
async function complaintOf(work: Promise<void>): Promise<unknown> {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    await work;
    return warned.mock.calls[0];
  } catch (error) {
    return error;
  }
}

describe('a user with what the README lists', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis({ users: [{ ...user, rules: ['~*', '&*', '+@all'] }] });
  }, 240_000);

  afterAll(() => server.stop());

  async function complaintWith(own: readonly string[]): Promise<unknown> {
    await server.command('ACL', 'SETUSER', user.username, 'resetkeys', 'resetchannels', '-@all', ...own);
    await server.command('SCRIPT', 'FLUSH');
    const client = new Redis({ ...server.options, ...user, maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    try {
      return await complaintOf(doEverything(client));
    } finally {
      client.disconnect();
    }
  }

  it('lacks nothing', async () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(await complaintWith(rules)).toBeUndefined();
  });

  it.each(rules)('needs %s', async (rule) => {
    expect(await complaintWith(rules.filter((other) => other !== rule))).toBeDefined();
  });

  it('is refused everything else, by name', async () => {
    await server.command('ACL', 'SETUSER', user.username, 'resetkeys', 'resetchannels', '-@all', ...rules);
    const client = new Redis({ ...server.options, ...user });
    const store = createRedisTokenStore({ client, cipher, keyPrefix: 'other' });
    const failure: unknown = await store.get({ clientKey: 'aw1', userId: 'x' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('NOPERM'), retryable: false });
    await store.close();
    client.disconnect();
  });
});

describe('with waitForReplicas', () => {
  let server: RedisServer;
  let replica: RedisServer;

  beforeAll(async () => {
    server = await startRedis({ users: [{ ...user, rules: ['~*', '&*', '+@all'] }] });
    replica = await startRedis({ args: ['--masteruser', 'tooling', '--masterauth', 'tooling'] });
    await replica.command('REPLICAOF', server.host, server.port);
    await vi.waitFor(
      async () => expect(await replica.command('INFO', 'replication')).toContain('master_link_status:up'),
      { timeout: 10_000 },
    );
  }, 240_000);

  afterAll(() => Promise.all([replica.stop(), server.stop()]));

  async function warningsWith(own: readonly string[]): Promise<number> {
    await server.command('ACL', 'SETUSER', user.username, 'resetkeys', 'resetchannels', '-@all', ...own);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const client = new Redis({ ...server.options, ...user });
    const store = createRedisTokenStore({ client, cipher, waitForReplicas: { count: 1, timeoutMs: 2_000 } });
    await store.put({ clientKey: 'aw1', userId: randomUUID() }, recordOf('a'), putOptions());
    await store.close();
    client.disconnect();
    return warned.mock.calls.length;
  }

  it('lacks nothing', async () => {
    expect(replicaRules.length).toBeGreaterThan(1);
    expect(await warningsWith([...rules, ...replicaRules])).toBe(0);
  });

  it.each(replicaRules)('needs %s', async (rule) => {
    const without = replicaRules.filter((other) => other !== rule);
    expect(await warningsWith([...rules, ...without])).toBe(1);
  });
});

describe('on a cluster', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await startRedisCluster({ users: [{ ...user, rules: ['~*', '&*', '+@all'] }] });
  }, 240_000);

  afterAll(() => cluster.stop());

  async function complaintWith(own: readonly string[]): Promise<unknown> {
    for (const node of cluster.nodes) {
      await node.command('ACL', 'SETUSER', user.username, 'resetkeys', 'resetchannels', '-@all', ...own);
      await node.command('SCRIPT', 'FLUSH');
    }
    // ioredis lets nobody catch this one: without the right, the process would end.
    const refused: unknown[] = [];
    const { asking } = Redis.prototype;
    vi.spyOn(Redis.prototype, 'asking').mockImplementation(function (this: Redis) {
      return asking.call(this).catch((error: unknown) => {
        refused.push(error);
        return 'OK';
      });
    });
    const client = new Cluster([...cluster.startupNodes], { shardedSubscribers: true, redisOptions: user });
    client.on('error', () => undefined);
    const reader = createRedisTokenStore({ client, cipher, timeoutMs: 1_000 });
    try {
      const complaint = await complaintOf(doEverything(client, (key) => readOnTheMove(reader, key)));
      return complaint ?? refused[0];
    } finally {
      await reader.close();
      client.disconnect();
    }
  }

  /** Reads a record whose slot goes to another node, where it already is. */
  async function readOnTheMove(reader: RedisTokenStore, key: AccountKey): Promise<void> {
    const { record } = new KeyLayout('tt').of(key);
    const owner = await cluster.ownerOf(keySlot(record));
    const [other = owner] = cluster.nodes.filter((node) => node !== owner);
    const move = await cluster.beginSlotMove(keySlot(record), other);
    await move.moveKeys(record);
    try {
      expect(await reader.get(key)).toMatchObject({ record: recordOf('b') });
    } finally {
      await move.finish();
    }
  }

  it('lacks nothing', async () => {
    expect(await complaintWith(clusterRules)).toBeUndefined();
  });

  it.each(clusterRules.filter((rule) => !rules.includes(rule)))('needs %s', async (rule) => {
    expect(await complaintWith(clusterRules.filter((other) => other !== rule))).toBeDefined();
  });
});
