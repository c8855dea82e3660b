import { randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };
const other = { clientKey: 'aw1', userId: 'user-2' };
const secret = randomBytes(32);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret }] });

let redis: Redis;
let store: RedisTokenStore;

useRedis((own) => {
  ({ redis } = own);
});

beforeEach(async () => {
  store = createRedisTokenStore({ client: redis, cipher });
});

afterEach(() => store.close());

/** Everything that a dump of this Redis would show. */
async function everything(): Promise<string> {
  const seen: unknown[] = [];
  for await (const names of redis.scanStream()) {
    for (const name of names) {
      const isText = (await redis.type(name)) === 'string';
      seen.push(name, isText ? await redis.get(name) : await redis.zrange(name, 0, -1, 'WITHSCORES'));
    }
  }
  return JSON.stringify(seen);
}

const recordNames = () => redis.keys('*:record:*');

describe('with a cipher', () => {
  it('Redis sees no token, no scope and no profile, neither stored nor published', async () => {
    const messages: string[] = [];
    const listener = redis.duplicate();
    listener.on('pmessage', (_pattern, _channel, message) => messages.push(message));
    await listener.psubscribe('*');
    const acquired = await store.acquire(key, { ttlMs: 10_000 });
    await store.put(key, recordOf('a'), putOptions());
    await store.put(other, recordOf('b'), putOptions({ lease: acquired?.lease }));
    await expect.poll(() => messages).toHaveLength(2);
    const dump = (await everything()) + JSON.stringify(messages);
    expect(dump).toContain('tt1.k1.');
    expect(dump).not.toMatch(/canary|act\.|rft\./);
    expect(dump).not.toContain(Buffer.from('canary').toString('base64url').slice(0, 7));
    listener.disconnect();
  });

  it('outside the ciphertext stand the version and the due time, nothing else', async () => {
    const result = await store.put(key, recordOf('a'), putOptions({ dueAt: 1_750_080_000_000 }));
    const [name = ''] = await recordNames();
    const [version, dueAt, sealed, ...rest] = (await redis.get(name))?.split(':') ?? [];
    expect({ version, dueAt, rest }).toEqual({
      version: result.ok && result.version,
      dueAt: '1750080000000',
      rest: [],
    });
    expect(sealed).toMatch(/^tt1\.k1\.[\w-]+$/);
  });

  it('a record moved to another account does not open, and stays where it is', async () => {
    await store.put(key, recordOf('a'), putOptions());
    const [name = ''] = await recordNames();
    const stolen = (await redis.get(name)) ?? '';
    await store.delete(key);
    await store.put(other, recordOf('b'), putOptions());
    const [target = ''] = await recordNames();
    await redis.set(target, stolen);
    const refusal = { type: 'TOKEN_STORE_ERROR', code: 'undecryptable' };
    await expect(store.get(other)).rejects.toMatchObject(refusal);
    await expect(store.acquire(other, { ttlMs: 1_000 })).rejects.toMatchObject(refusal);
    await expect(store.put(other, recordOf('c'), putOptions())).rejects.toMatchObject(refusal);
    expect(await redis.get(target)).toBe(stolen);
  });

  it('a record under another version than it was written with does not open', async () => {
    await store.put(key, recordOf('a'), putOptions());
    const [name = ''] = await recordNames();
    const text = (await redis.get(name)) ?? '';
    await redis.set(name, `${'A'.repeat(22)}${text.slice(22)}`);
    await expect(store.get(key)).rejects.toMatchObject({ code: 'undecryptable' });
  });

  it('a new key in front reads what the old one wrote; without the old one it says which is missing', async () => {
    await store.put(key, recordOf('a'), putOptions());
    const fresh = { id: 'k2', secret: randomBytes(32) };
    const both = createTokenCipher({ keys: [fresh, { id: 'k1', secret }] });
    const rotated = createRedisTokenStore({ client: redis, cipher: both });
    expect((await rotated.get(key))?.record).toEqual(recordOf('a'));
    const without = createRedisTokenStore({ client: redis, cipher: createTokenCipher({ keys: [fresh] }) });
    await expect(without.get(key)).rejects.toMatchObject({
      code: 'unknown_cipher_key',
      message: expect.stringContaining('"k1"'),
    });
  });
});

describe('a record that is not ours', () => {
  it.each(['', 'hello', '{"accessToken":"act.canary"}', 'v:1:{"accessToken":"act.canary"}'])(
    '%j is reported and not shown',
    async (text) => {
      const plain = createRedisTokenStore({ client: redis, plaintext: true });
      await plain.put(key, recordOf('a'), putOptions());
      const [name = ''] = await recordNames();
      await redis.set(name, text);
      const failure = await plain.get(key).catch((error: unknown) => error);
      expect(failure).toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'malformed_record' });
      expect(JSON.stringify(failure)).not.toContain('canary');
    },
  );

  it('nor is one written with a cipher, for a store without', async () => {
    await store.put(key, recordOf('a'), putOptions());
    const plain = createRedisTokenStore({ client: redis, plaintext: true });
    await expect(plain.get(key)).rejects.toMatchObject({ code: 'malformed_record' });
  });

  it('nor one in plain text, for a store with a cipher', async () => {
    const plain = createRedisTokenStore({ client: redis, plaintext: true });
    await plain.put(key, recordOf('a'), putOptions());
    await expect(store.get(key)).rejects.toMatchObject({ code: 'undecryptable' });
  });
});
