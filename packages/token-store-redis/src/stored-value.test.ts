import { createHash, randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'someone@example.com' };
const other = { clientKey: 'aw1', userId: 'somebody.else@example.com' };
const secret = randomBytes(32);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret }] });

const hmacSecret = randomBytes(32);

const CANARIES = ['canary-access', 'canary-refresh', 'canary-open-id', 'user.info.canary', 'canary-log-id'];

let redis: Redis;
let store: RedisTokenStore;
let hiding: RedisTokenStore;

useRedis((own) => {
  ({ redis } = own);
});

beforeEach(async () => {
  store = createRedisTokenStore({ client: redis, cipher });
  hiding = createRedisTokenStore({ client: redis, cipher, userIds: { hmacSecret } });
});

afterEach(() => Promise.all([store.close(), hiding.close()]));

/** Everything that a dump of this Redis would show: each key by its type, its value, and what was published. */
async function dumpOf(work: () => Promise<unknown>): Promise<string> {
  const published: string[] = [];
  const listener = redis.duplicate();
  listener.on('pmessage', (_pattern, channel, message) => published.push(channel, message));
  await listener.psubscribe('*');
  await work();
  const seen: unknown[] = [published];
  for await (const names of redis.scanStream()) {
    for (const name of names) seen.push(name, await redis.type(name), await contentOf(name));
  }
  listener.disconnect();
  return JSON.stringify(seen);
}

async function contentOf(name: string): Promise<unknown> {
  const type = await redis.type(name);
  if (type === 'string') return redis.get(name);
  if (type === 'zset') return redis.zrange(name, 0, -1, 'WITHSCORES');
  throw new Error(`${name} is a ${type}, which this dump does not look into`);
}

/** In the clear, in each encoding that text is kept in, and as a bare hash. */
function tracesOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary);
  // Base64 of a text inside a longer one depends on where it begins; the first and last character may be shared.
  const shifted = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    return encoded.slice(Math.ceil((before * 4) / 3), -2);
  });
  const hashes = ['sha1', 'sha256', 'md5'].flatMap((name) => {
    const digest = createHash(name).update(canary).digest();
    return [digest.toString('hex'), digest.toString('base64url'), digest.toString('base64')];
  });
  return [canary, bytes.toString('hex'), ...shifted, ...hashes];
}

/** Every way in which the store writes. */
async function everyWrite(subject: RedisTokenStore): Promise<void> {
  const acquired = await subject.acquire(key, { ttlMs: 60_000 });
  await acquired?.lease.extend();
  const first = await subject.put(key, recordOf('a'), putOptions());
  const signInNeeded = { reason: 'refused', at: 1, logId: 'canary-log-id' } as const;
  const ifVersion = first.ok ? first.version : null;
  await subject.put(key, { ...recordOf('b'), signInNeeded }, putOptions({ ifVersion }));
  await subject.put(other, recordOf('c'), putOptions());
  await subject.delete(other);
  await subject.put(other, recordOf('d'), putOptions());
  await subject.acquire(other, { ttlMs: 60_000 });
  await subject.due({ before: 1e15, limit: 10 });
  const rotated = createTokenCipher({
    keys: [
      { id: 'k2', secret: randomBytes(32) },
      { id: 'k1', secret },
    ],
  });
  const userIds = subject === hiding ? { hmacSecret } : undefined;
  const again = createRedisTokenStore({ client: redis, cipher: rotated, userIds });
  expect(await again.reencryptAll()).toMatchObject({ reencrypted: 2 });
  await again.close();
}

const recordNames = () => redis.keys('*:record:*');

describe('with a cipher', () => {
  it('a dump of Redis shows no token, no scope and no profile', async () => {
    const dump = await dumpOf(() => everyWrite(store));
    expect(dump).toContain('tt1.k2.');
    expect(dump).not.toMatch(/canary|act\.|rft\.|Bearer|refused/);
    for (const trace of CANARIES.flatMap(tracesOf)) expect(dump).not.toContain(trace);
    // That the search finds what is there: user ids are encoded in names, not hidden.
    expect(tracesOf(key.userId).some((trace) => dump.includes(trace))).toBe(true);
  });

  it('with hidden user ids it shows no user id either', async () => {
    const dump = await dumpOf(() => everyWrite(hiding));
    expect(dump).toContain('tt1.k2.');
    for (const trace of [key.userId, other.userId, ...CANARIES].flatMap(tracesOf)) expect(dump).not.toContain(trace);
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
});
