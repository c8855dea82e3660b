import { randomBytes } from 'node:crypto';
import {
  createTikTokOAuth,
  createTokenCipher,
  type StoredRecord,
  type TikTokOAuthOptions,
  type TokenStore,
} from '@tt/oauth';
import { type RedisServer, startRedisCluster } from '@tt/tooling/redis';
import { Cluster, type Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createRedisTokenStore,
  type RedisTokenStore,
  type RedisTokenStoreOptions,
} from './create-redis-token-store.js';
import type { ReencryptProgress } from './reencrypt-all.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const [oldKey, newKey] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) }));
if (oldKey === undefined || newKey === undefined) throw new Error('two keys were made');
const before = createTokenCipher({ keys: [oldKey] });
const rotated = createTokenCipher({ keys: [newKey, oldKey] });
const after = createTokenCipher({ keys: [newKey] });

let server: RedisServer;
let redis: Redis;
const opened: RedisTokenStore[] = [];

useRedis((own) => {
  ({ server, redis } = own);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

type Own = Omit<Extract<RedisTokenStoreOptions, { cipher: unknown }>, 'url' | 'client' | 'plaintext'>;

function open(own: Own, client?: Redis | Cluster): RedisTokenStore {
  const store = createRedisTokenStore(client === undefined ? { url: server.url, ...own } : { client, ...own });
  opened.push(store);
  return store;
}

const quiet: NonNullable<TikTokOAuthOptions['logger']> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

const account = (n: number) => ({ clientKey: 'aw1', userId: `user-${n}` });

async function fill(store: TokenStore, count: number): Promise<void> {
  const accounts = Array.from({ length: count }, (_, n) => n);
  await Promise.all(accounts.map((n) => store.put(account(n), recordOf(`${n}`), putOptions({ dueAt: 1_000 + n }))));
}

async function keyIds(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of await redis.keys('*:record:*')) {
    const id = /tt1\.([\w-]+)\.[\w-]+$/.exec((await redis.get(name)) ?? '')?.[1] ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

function found(stored: StoredRecord | null): StoredRecord {
  if (stored === null) throw new Error('there is no record');
  return stored;
}

type Evalsha = (...args: unknown[]) => Promise<unknown>;

/** The same client, whose scripts are called by `call`. */
function callingBy(call: (evalsha: Evalsha, args: readonly unknown[]) => Promise<unknown>): Redis {
  return new Proxy(redis, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name !== 'evalsha') return member.bind(target);
      return (...args: unknown[]) => call((...sent) => Reflect.apply(member, target, sent), args);
    },
  });
}

/** The same client, whose next write anew comes after `rival` had its turn. */
function overtakenBy(rival: () => Promise<unknown>): Redis {
  let waiting = true;
  return callingBy(async (evalsha, args) => {
    if (waiting && args.includes('kept')) {
      waiting = false;
      await rival();
    }
    return evalsha(...args);
  });
}

/** The same client, to which SCAN gives each key twice, as it may. */
function scanningTwice(): Redis {
  return callingBy(async (evalsha, args) => {
    const reply = await evalsha(...args);
    if (!args.includes('{tt:????}:record:*') || !Array.isArray(reply)) return reply;
    return [reply[0], [...reply[1], ...reply[1]]];
  });
}

describe('reencryptAll', () => {
  it('brings every record under the first key, and changes nothing else about it', async () => {
    await fill(open({ cipher: before }), 50);
    const marked = { ...recordOf('marked'), signInNeeded: { reason: 'refused', at: 1_750_000_000_000 } } as const;
    await open({ cipher: before }).put(account(50), marked, putOptions({ dueAt: Number.MAX_SAFE_INTEGER }));
    const [name = ''] = await redis.keys('*:record:*');
    await redis.pexpire(name, 1_000_000);

    const report = await open({ cipher: rotated }).reencryptAll();

    expect(report).toEqual({ checked: 51, reencrypted: 51, failed: 0, remaining: 0, failures: [] });
    expect(await keyIds()).toEqual({ k2: 51 });
    const store = open({ cipher: after });
    expect((await store.get(account(7)))?.record).toEqual(recordOf('7'));
    expect((await store.get(account(50)))?.record).toEqual(marked);
    expect(await store.due({ before: 1_002, limit: 10 })).toEqual([0, 1, 2].map(account));
    expect(await redis.pttl(name)).toBeGreaterThan(900_000);
  });

  it('passes over what is done, and says so', async () => {
    await fill(open({ cipher: before }), 20);
    const store = open({ cipher: rotated });
    await store.put(account(20), recordOf('new'), putOptions());
    const { version } = found(await store.get(account(20)));
    expect(await store.reencryptAll()).toMatchObject({ checked: 21, reencrypted: 20 });
    expect(await store.reencryptAll()).toMatchObject({ checked: 21, reencrypted: 0, remaining: 0 });
    expect(found(await store.get(account(20))).version).toBe(version);
  });

  it('finds records that the due index has lost, and puts them back', async () => {
    const store = open({ cipher: before });
    await fill(store, 20);
    await redis.del(await redis.keys('*:due'));
    expect(await open({ cipher: rotated }).reencryptAll()).toMatchObject({ reencrypted: 20, remaining: 0 });
    expect(await open({ cipher: after }).due({ before: 1_000_000, limit: 100 })).toHaveLength(20);
  });

  it('leaves what belongs to others alone', async () => {
    const others = [
      '{tt:0001}:record:',
      '{tt:0001}:record:a',
      'tt:record:a:b',
      '{tt:abcd}:record:YQ:YQ',
      '{tt:0001}:due',
    ];
    await Promise.all(others.map((name) => redis.set(name, 'theirs')));
    await redis.rpush('{tt:0001}:record:YQ:YQ', 'a list');
    await fill(open({ cipher: before, keyPrefix: 'other' }), 5);
    await redis.del('{tt:0001}:due');
    expect(await open({ cipher: rotated }).reencryptAll()).toMatchObject({ checked: 0, failed: 0 });
    await redis.del('{tt:0001}:record:YQ:YQ');
    expect(await keyIds()).toMatchObject({ k1: 5 });
  });

  it('tells how far it has come', async () => {
    await fill(open({ cipher: before }), 1_500);
    const heard: ReencryptProgress[] = [];
    const report = await open({ cipher: rotated }).reencryptAll({
      concurrency: 50,
      onProgress: (progress) => heard.push(progress),
    });
    expect(heard.length).toBeGreaterThan(1);
    expect(heard[0]?.checked).toBeLessThan(1_500);
    for (const { checked, remaining } of heard) expect(remaining).toBe(1_500 - checked);
    expect(report).toMatchObject({ checked: 1_500, reencrypted: 1_500, remaining: 0 });
  });

  it('goes on where a run broke off', async () => {
    await fill(open({ cipher: before }), 1_500);
    const client = redis.duplicate();
    const broken = open({ cipher: rotated }, client).reencryptAll({ onProgress: () => client.disconnect() });
    await expect(broken).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'unreachable' });
    const { k1 = 0, k2 = 0 } = await keyIds();
    expect(k1).toBeGreaterThan(0);
    expect(k2).toBeGreaterThan(0);
    expect(await open({ cipher: rotated }).reencryptAll()).toMatchObject({ checked: 1_500, reencrypted: k1 });
    expect(await keyIds()).toEqual({ k2: 1_500 });
  });

  it('ends with the reason of its signal, before it began and in the middle', async () => {
    await fill(open({ cipher: before }), 1_500);
    const store = open({ cipher: rotated });
    const reason = new Error('enough');
    await expect(store.reencryptAll({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await keyIds()).toEqual({ k1: 1_500 });
    const controller = new AbortController();
    const ended = store.reencryptAll({ signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(ended).rejects.toBe(reason);
    expect((await keyIds()).k1).toBeGreaterThan(0);
  });

  it('ends when the store is closed', async () => {
    await fill(open({ cipher: before }), 1_500);
    const store = open({ cipher: rotated });
    const ended = store.reencryptAll({ onProgress: () => void store.close() });
    await expect(ended).rejects.toMatchObject({ code: 'closed', operation: 'store.reencryptAll' });
    await expect(store.reencryptAll()).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends so among the keys of others too, however many there are', async () => {
    await redis.mset(Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`theirs:${n}`, ''])));
    const controller = new AbortController();
    const reason = new Error('enough');
    const store = open({ cipher: rotated }, redis);
    const ended = store.reencryptAll({ signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(ended).rejects.toBe(reason);
    const closed = store.reencryptAll({ onProgress: () => void store.close() });
    await expect(closed).rejects.toMatchObject({ code: 'closed' });
  });

  it('leaves no listener on the client', async () => {
    const listeners = () => redis.eventNames().reduce((sum, name) => sum + redis.listenerCount(name), 0);
    const store = open({ cipher: rotated }, redis);
    await store.reencryptAll();
    const once = listeners();
    await store.reencryptAll();
    expect(listeners()).toBe(once);
    await store.close();
    expect(listeners()).toBeLessThan(once);
  });

  it('tells caches of the new version', async () => {
    const store = open({ cipher: rotated });
    await fill(open({ cipher: before }), 1);
    const heard: unknown[] = [];
    store.watch((event) => heard.push(event));
    await expect.poll(() => heard).toEqual(['up']);
    await store.reencryptAll();
    const { version } = found(await store.get(account(0)));
    await expect.poll(() => heard).toEqual(['up', { key: account(0), version }]);
  });

  it.each([0, 1.5, 1_001, Number.NaN])('refuses %s at a time', async (concurrency) => {
    await expect(open({ cipher: rotated }).reencryptAll({ concurrency })).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining('concurrency is'),
    });
  });

  it('is refused where there is no cipher', async () => {
    const store = createRedisTokenStore({ url: server.url, plaintext: true });
    opened.push(store);
    await expect(store.reencryptAll()).rejects.toMatchObject({ code: 'invalid_option' });
  });
});

describe('beside writers', () => {
  it.each([
    ['with the new key', rotated, 0],
    ['with the old key, as a process that was not restarted yet', before, 1],
  ])('it never undoes a write that came in between %s', async (_how, cipher, reencrypted) => {
    const rival = open({ cipher });
    await fill(open({ cipher: before }), 1);
    const refresh = async (): Promise<void> => {
      const { version } = found(await rival.get(account(0)));
      await rival.put(account(0), recordOf('refreshed'), putOptions({ ifVersion: version }));
    };
    const report = await open({ cipher: rotated }, overtakenBy(refresh)).reencryptAll();
    expect(report).toMatchObject({ checked: 1, reencrypted, failed: 0, remaining: 0 });
    expect((await open({ cipher: after }).get(account(0)))?.record).toEqual(recordOf('refreshed'));
  });

  it('it brings nothing back that was deleted in between', async () => {
    const rival = open({ cipher: rotated });
    await fill(open({ cipher: before }), 1);
    const report = await open(
      { cipher: rotated },
      overtakenBy(() => rival.delete(account(0))),
    ).reencryptAll();
    expect(report).toMatchObject({ reencrypted: 0, failed: 0 });
    expect(await redis.dbsize()).toBe(0);
  });

  it('every account ends with its last pair, under the new key', async () => {
    const store = open({ cipher: rotated });
    await fill(open({ cipher: before }), 200);
    let swept = false;
    const last = new Map<number, string>();
    const writing = (async () => {
      for (let turn = 0; !swept; turn += 1) {
        const n = (turn * 37) % 200;
        const { version } = found(await store.get(account(n)));
        const result = await store.put(account(n), recordOf(`turn-${turn}`), putOptions({ ifVersion: version }));
        if (result.ok) last.set(n, `turn-${turn}`);
      }
    })();
    await open({ cipher: rotated }).reencryptAll({ concurrency: 20 });
    swept = true;
    await writing;
    expect(last.size).toBeGreaterThan(0);
    expect(await keyIds()).toEqual({ k2: 200 });
    for (let n = 0; n < 200; n += 1) {
      expect((await store.get(account(n)))?.record).toEqual(recordOf(last.get(n) ?? `${n}`));
    }
  });

  it('a refresh that is under way keeps its new pair', async () => {
    const store = open({ cipher: rotated });
    const options = {
      clientKey: 'awclient',
      clientSecret: 'canary-secret',
      redirectUri: 'https://app.example.com/callback',
      logger: quiet,
    };
    const connecting = createTikTokOAuth({ ...options, store: open({ cipher: before }) });
    await connecting.importTokens('user-1', tokensOf('first'));
    let reencrypted = 0;
    const oauth = createTikTokOAuth({
      ...options,
      store,
      fetch: async () => {
        ({ reencrypted } = await store.reencryptAll());
        return Response.json(tokensOf('second'));
      },
    });
    expect(await oauth.getValidToken('user-1', { rejected: 'act.first' })).toBe('act.second');
    expect(reencrypted).toBe(1);
    const key = { clientKey: 'awclient', userId: 'user-1' };
    expect((await open({ cipher: after }).get(key))?.record.refreshToken).toBe('rft.second');
    await Promise.all([oauth.close(), connecting.close()]);
  });
});

function tokensOf(name: string) {
  return {
    access_token: `act.${name}`,
    refresh_token: `rft.${name}`,
    expires_in: 86_400,
    refresh_expires_in: 31_536_000,
    open_id: 'open-1',
    scope: 'user.info.basic',
    token_type: 'Bearer',
    obtainedAt: new Date(),
  };
}

describe('a record that does not open', () => {
  const lost = createTokenCipher({ keys: [{ id: 'lost', secret: randomBytes(32) }] });
  const wrongSecret = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });

  it('is reported, stays as it is, and does not keep the others from being done', async () => {
    const store = open({ cipher: before });
    await fill(store, 30);
    await open({ cipher: lost }).put(account(101), recordOf('lost'), putOptions());
    await open({ cipher: wrongSecret }).put(account(102), recordOf('wrong'), putOptions());
    await store.put(account(103), recordOf('malformed'), putOptions());
    await store.put(account(104), recordOf('elsewhere'), putOptions());
    const nameOf = async (n: number): Promise<string> => {
      const part = Buffer.from(`user-${n}`).toString('base64url');
      return (await redis.keys(`*:record:*:${part}`))[0] ?? '';
    };
    const names = await Promise.all([101, 102, 103, 104].map(nameOf));
    const [, , malformed = '', moved = ''] = names;
    await redis.set(malformed, 'no record');
    // Somebody else's record, copied here.
    await redis.set(moved, (await redis.get(await nameOf(1))) ?? '');
    const contents = () => redis.mget(names);
    const kept = await contents();

    const report = await open({ cipher: rotated }).reencryptAll();

    expect(report).toMatchObject({ checked: 34, reencrypted: 30, failed: 4, remaining: 4 });
    const failures = Object.fromEntries(report.failures.map(({ key, error }) => [key?.userId, error.code]));
    expect(failures).toEqual({
      'user-101': 'unknown_cipher_key',
      'user-102': 'undecryptable',
      'user-103': 'malformed_record',
      'user-104': 'undecryptable',
    });
    expect(report.failures.map(({ redisKey }) => redisKey).sort()).toEqual([...names].sort());
    expect(await contents()).toEqual(kept);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('is reported where it stands in the place of no account', async () => {
    await fill(open({ cipher: before }), 1);
    const [name = ''] = await redis.keys('*:record:*');
    const astray = name.replace(/:\d{4}\}/, ':1023}');
    await redis.copy(name, astray);
    const report = await open({ cipher: rotated }).reencryptAll();
    expect(report).toMatchObject({ reencrypted: 1, failed: 1 });
    expect(report.failures).toMatchObject([{ redisKey: astray, error: { code: 'malformed_record' } }]);
  });

  it('counts once, however often SCAN comes by it', async () => {
    await fill(open({ cipher: before }), 5);
    await open({ cipher: lost }).put(account(9), recordOf('lost'), putOptions());
    const report = await open({ cipher: rotated }, scanningTwice()).reencryptAll();
    expect(report).toMatchObject({ reencrypted: 5, failed: 1, remaining: 1 });
    expect(report.failures).toHaveLength(1);
  });

  it('is counted with all the others, of which a thousand are listed', async () => {
    await fill(open({ cipher: lost }), 1_100);
    const report = await open({ cipher: rotated }).reencryptAll({ concurrency: 50 });
    expect(report).toMatchObject({ failed: 1_100, remaining: 1_100 });
    expect(report.failures).toHaveLength(1_000);
  });
});

describe('with hidden user ids', () => {
  const userIds = { hmacSecret: randomBytes(32) };

  it('does the same, and says whose record does not open', async () => {
    await fill(open({ cipher: before, userIds }), 30);
    const stranger = createTokenCipher({ keys: [{ id: 'k9', secret: randomBytes(32) }] });
    await open({ cipher: stranger, userIds }).put(account(30), recordOf('x'), putOptions());
    const report = await open({ cipher: rotated, userIds }).reencryptAll();
    expect(report).toMatchObject({ checked: 31, reencrypted: 30, failed: 1, remaining: 1 });
    expect(report.failures).toMatchObject([{ key: account(30), error: { code: 'unknown_cipher_key' } }]);
    expect((await open({ cipher: after, userIds }).get(account(3)))?.record).toEqual(recordOf('3'));
  });

  it('leaves records alone whose user id another secret has sealed', async () => {
    await fill(open({ cipher: before, userIds }), 3);
    const others = { hmacSecret: randomBytes(32) };
    const report = await open({ cipher: rotated, userIds: others }).reencryptAll();
    expect(report).toMatchObject({ reencrypted: 0, failed: 3 });
    expect(report.failures[0]).toMatchObject({ key: null, error: { code: 'malformed_record' } });
    expect(await keyIds()).toEqual({ k1: 3 });
  });
});

describe('a client with a prefix of its own', () => {
  it('is swept by the names that Redis knows', async () => {
    const client = redis.duplicate({ keyPrefix: 'app[1]:' });
    await fill(open({ cipher: before }, client), 20);
    await fill(open({ cipher: before }), 5);
    const store = open({ cipher: rotated }, client);
    expect(await store.reencryptAll()).toMatchObject({ checked: 20, reencrypted: 20, remaining: 0 });
    expect((await store.get(account(3)))?.record).toEqual(recordOf('3'));
    expect(await keyIds()).toEqual({ k1: 5, k2: 20 });
    await store.close();
    client.disconnect();
  });
});

describe('a cluster', () => {
  it('is swept on every master', { timeout: 120_000 }, async () => {
    await using cluster = await startRedisCluster();
    const client = new Cluster(cluster.startupNodes);
    await fill(open({ cipher: before }, client), 120);
    const store = open({ cipher: rotated }, client);
    expect(await store.reencryptAll()).toMatchObject({ checked: 120, reencrypted: 120, remaining: 0 });
    const swept = open({ cipher: after }, client);
    for (let n = 0; n < 120; n += 1) expect((await swept.get(account(n)))?.record).toEqual(recordOf(`${n}`));
    expect(await store.due({ before: 1_009, limit: 100 })).toEqual(Array.from({ length: 10 }, (_, n) => account(n)));
    await Promise.all(opened.splice(0).map((one) => one.close()));
    client.disconnect();
  });
});
