import { randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { describeRedisContract } from './testing/contract.js';
import { startProxy } from './testing/proxy.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
const hmacSecret = randomBytes(32);
const key = { clientKey: 'aw1', userId: 'canary@example.com' };

let server: RedisServer;
let redis: Redis;
const opened: RedisTokenStore[] = [];

useRedis((own) => {
  ({ server, redis } = own);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

function open(own: { readonly hmacSecret?: string | Uint8Array; readonly cipher?: typeof cipher } = {}) {
  const userIds = { hmacSecret: own.hmacSecret ?? hmacSecret };
  const store = createRedisTokenStore({ client: redis, cipher: own.cipher ?? cipher, userIds });
  opened.push(store);
  return store;
}

describeRedisContract('the Redis token store with hidden user ids', {
  connect: async (own) => {
    const proxy = await startProxy(server.port);
    const userIds = { hmacSecret };
    return {
      store: createRedisTokenStore({ url: proxy.url, ...own, userIds }),
      second: createRedisTokenStore({ url: server.url, ...own, userIds }),
      proxy,
      end: () => proxy.close(),
    };
  },
  faults: {
    outage: ({ proxy }) => {
      proxy.leadTo(1);
      proxy.cut();
    },
    loseNextAnswer: ({ proxy }) => proxy.loseNextAnswer(),
    dropConnections: ({ proxy }) => proxy.cut(),
  },
});

describe('hidden user ids', () => {
  it('are the same in every process with the secret, as bytes or as base64', async () => {
    await open().put(key, recordOf('a'), putOptions());
    expect((await open({ hmacSecret: hmacSecret.toString('base64') }).get(key))?.record).toEqual(recordOf('a'));
    expect((await open({ hmacSecret: `${hmacSecret.toString('base64url')}\n` }).get(key))?.record).toBeDefined();
    expect(await open({ hmacSecret: randomBytes(32) }).get(key)).toBeNull();
  });

  it('do not follow the bytes of a secret that its owner wipes', async () => {
    const own = randomBytes(32);
    const store = open({ hmacSecret: own });
    await store.put(key, recordOf('a'), putOptions());
    own.fill(0);
    const other = { clientKey: 'aw1', userId: 'other' };
    await store.put(other, recordOf('b'), putOptions());
    expect(await store.due({ before: 1e15, limit: 10 })).toHaveLength(2);
  });

  it('differ by client key, so that two apps do not show whom they share', async () => {
    await open().put(key, recordOf('a'), putOptions());
    await open().put({ ...key, clientKey: 'aw2' }, recordOf('b'), putOptions());
    const hidden = (await redis.keys('*:record:*')).map((name) => name.split(':').at(-1));
    expect(new Set(hidden).size).toBe(2);
  });

  it('leave no trace in the shard either', async () => {
    const shards = new Set<string>();
    for (let n = 0; n < 5; n += 1) {
      await open({ hmacSecret: randomBytes(32) }).put(key, recordOf('a'), putOptions());
    }
    for (const name of await redis.keys('*:record:*')) shards.add(name.slice(0, name.indexOf('}')));
    expect(shards.size).toBeGreaterThan(1);
  });

  it('come back from due() and from messages, whatever is in them', async () => {
    const store = open();
    const heard: unknown[] = [];
    open().watch((event) => heard.push(event));
    await expect.poll(() => heard).toEqual(['up']);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (userId) => {
        await redis.flushall();
        heard.length = 0;
        const odd = { clientKey: 'aw:1', userId };
        await store.put(odd, recordOf('a'), putOptions({ dueAt: 1 }));
        expect(await store.due({ before: 1, limit: 10 })).toEqual([odd]);
        await store.delete(odd);
        await expect.poll(() => heard).toMatchObject([{ key: odd }, { key: odd, version: null }]);
      }),
      { numRuns: 30 },
    );
  });

  it('are told by processes that do not have the cipher’s newest key yet', async () => {
    const newer = createTokenCipher({ keys: [{ id: 'k2', secret: randomBytes(32) }] });
    const heard: unknown[] = [];
    open().watch((event) => heard.push(event));
    await expect.poll(() => heard).toEqual(['up']);
    await open({ cipher: newer }).put(key, recordOf('a'), putOptions({ dueAt: 1 }));
    await expect.poll(() => heard).toMatchObject(['up', { key }]);
    expect(await open().due({ before: 1, limit: 1 })).toEqual([key]);
    await expect(open().get(key)).rejects.toMatchObject({ code: 'unknown_cipher_key' });
  });

  it('cannot be given to another account', async () => {
    const store = open();
    const other = { clientKey: 'aw1', userId: 'other' };
    await store.put(key, recordOf('a'), putOptions({ dueAt: 1 }));
    const [name = ''] = await redis.keys('*:record:*');
    const [version, dueAt, , record] = (await redis.get(name))?.split(':') ?? [];
    await store.put(other, recordOf('b'), putOptions({ dueAt: 2 }));
    const [otherName = ''] = (await redis.keys('*:record:*')).filter((one) => one !== name);
    const sealedForOther = (await redis.get(otherName))?.split(':')[2];
    await redis.set(name, [version, dueAt, sealedForOther, record].join(':'));
    expect(await store.due({ before: 2, limit: 10 })).toEqual([other]);
  });

  it('pass over what is no record of theirs', async () => {
    const store = open();
    for (const userId of ['a', 'b', 'c']) {
      await store.put({ clientKey: 'aw1', userId }, recordOf(userId), putOptions({ dueAt: 1 }));
    }
    const [first = '', second = '', third = ''] = await redis.keys('*:record:*');
    await redis.set(first, 'no record');
    await redis.del(second);
    await redis.rpush(second, 'a list');
    const due = await store.due({ before: 1, limit: 10 });
    expect(due).toHaveLength(1);
    await redis.del(third);
    expect(await store.due({ before: 1, limit: 10 })).toEqual([]);
    // Another store's messages, and anybody's.
    const heard: unknown[] = [];
    store.watch((event) => heard.push(event));
    await expect.poll(() => heard).toEqual(['up']);
    for (const message of ['YQ:YQ v', 'YQ:YQ:tt1.u.AAAA v', 'nonsense'])
      await redis.publish('{tt:0001}:changes:0', message);
    await store.put(key, recordOf('a'), putOptions());
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]).toMatchObject({ key });
  });
});

describe('a secret for user ids', () => {
  it.each([
    ['nothing', undefined, 'is missing'],
    ['an empty text', '', 'is missing'],
    ['a number', 7, 'is of type number'],
    ['31 bytes', randomBytes(31), 'has 31 bytes'],
    ['base64 of 16 bytes', randomBytes(16).toString('base64'), 'has 16 bytes'],
    ['hex', randomBytes(32).toString('hex'), "Buffer.from(secret, 'hex')"],
    ['no base64', 'canary canary canary canary canary canary', 'is not base64'],
  ])('is refused where it is %s, with how to make one', (_what, wrong, message) => {
    const create = (): unknown =>
      Reflect.apply(createRedisTokenStore, undefined, [{ client: redis, cipher, userIds: { hmacSecret: wrong } }]);
    expect(create).toThrow(TypeError);
    expect(create).toThrow('createRedisTokenStore: userIds.hmacSecret');
    expect(create).toThrow(message);
    expect(create).toThrow('randomBytes(32)');
    expect(create).not.toThrow('canary');
  });

  it.each([
    [{ plaintext: true, userIds: { hmacSecret } }, 'pass a cipher'],
    [{ cipher, userIds: 'secret' }, 'userIds is no object'],
    [{ cipher, userIds: null }, 'userIds is no object'],
  ])('is refused in %o', (own, message) => {
    const create = (): unknown => Reflect.apply(createRedisTokenStore, undefined, [{ client: redis, ...own }]);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });
});
