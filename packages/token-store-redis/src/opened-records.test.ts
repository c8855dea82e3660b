import { randomBytes } from 'node:crypto';
import { createTokenCipher, type TokenCipher } from '@tt/oauth';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };
const real = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });

let redis: Redis;
let store: RedisTokenStore;
let other: RedisTokenStore;
let decrypted = 0;

useRedis((own) => {
  ({ redis } = own);
});

beforeEach(() => {
  decrypted = 0;
  const counting: TokenCipher = {
    ...real,
    decrypt: (text, context) => {
      decrypted += 1;
      return real.decrypt(text, context);
    },
  };
  store = createRedisTokenStore({ client: redis, cipher: counting });
  other = createRedisTokenStore({ client: redis, cipher: real });
});

afterEach(() => Promise.all([store.close(), other.close()]));

async function read(): Promise<string | undefined> {
  return (await store.get(key))?.record.accessToken;
}

describe('a record that is read again', () => {
  it('is not decrypted again while Redis has the same text', async () => {
    await store.put(key, recordOf('a'), putOptions());
    for (let n = 0; n < 5; n += 1) expect(await read()).toBe(recordOf('a').accessToken);
    expect(decrypted).toBe(1);
  });

  it('is what Redis has now, whoever has changed it', async () => {
    const first = await store.put(key, recordOf('a'), putOptions());
    await read();
    await other.put(key, recordOf('b'), putOptions({ ifVersion: first.ok ? first.version : null }));
    expect(await read()).toBe(recordOf('b').accessToken);
    await other.delete(key);
    expect(await read()).toBeUndefined();
  });

  it('does not open where anything of it was altered, or it was moved to another account', async () => {
    await store.put(key, recordOf('a'), putOptions());
    await read();
    const [name = ''] = await redis.keys('*:record:*');
    const text = (await redis.get(name)) ?? '';
    await store.put({ ...key, userId: 'user-2' }, recordOf('b'), putOptions());
    const [moved = ''] = (await redis.keys('*:record:*')).filter((one) => one !== name);
    await redis.set(moved, text);
    await expect(store.get({ ...key, userId: 'user-2' })).rejects.toMatchObject({ code: 'undecryptable' });
    await redis.set(name, `${'A'.repeat(22)}${text.slice(22)}`);
    await expect(store.get(key)).rejects.toMatchObject({ code: 'undecryptable' });
  });

  it('is a copy of its own for each reader', async () => {
    const signInNeeded = { reason: 'refused', at: 1 } as const;
    await store.put(key, { ...recordOf('a'), signInNeeded }, putOptions());
    for (let n = 0; n < 3; n += 1) {
      const record = (await store.get(key))?.record ?? {};
      expect(record).toEqual({ ...recordOf('a'), signInNeeded });
      Reflect.set(record, 'accessToken', 'changed');
      Reflect.set(Object(Reflect.get(record, 'signInNeeded')), 'reason', 'changed');
    }
  });

  it.each([
    ['it was deleted here', () => store.delete(key)],
    [
      'it was found to be gone',
      async () => {
        await other.delete(key);
        await store.get(key);
      },
    ],
    [
      'it was heard to be gone',
      async () => {
        const heard: unknown[] = [];
        store.watch((event) => heard.push(event));
        await expect.poll(() => heard).toEqual(['up']);
        await other.delete(key);
        await expect.poll(() => heard).toHaveLength(2);
      },
    ],
  ])('is not kept once %s', async (_how, gone) => {
    await store.put(key, recordOf('a'), putOptions());
    const [name = ''] = await redis.keys('*:record:*');
    await read();
    const text = (await redis.get(name)) ?? '';
    await gone();
    // Put back behind the store's back: it has to be opened again.
    await redis.set(name, text);
    await read();
    expect(decrypted).toBe(2);
  });
});
