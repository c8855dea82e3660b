import { MemoryTokenStore, type PutResult, type TokenStore } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let redis: Redis;
let store: RedisTokenStore;

useRedis((own) => {
  ({ server, redis } = own);
});

beforeEach(async () => {
  store = createRedisTokenStore({ url: server.url, plaintext: true });
});

afterEach(() => store.close());

function versionOf(result: PutResult): string {
  if (!result.ok) throw new Error('the write was refused');
  return result.version;
}

describe('a record', () => {
  it('is not seen under another prefix', async () => {
    const other = createRedisTokenStore({ url: server.url, plaintext: true, keyPrefix: 'other' });
    await store.put(key, recordOf('a'), putOptions());
    expect(await other.get(key)).toBeNull();
    await other.close();
  });

  it('leaves nothing in Redis once it was deleted', async () => {
    await store.put(key, recordOf('a'), putOptions());
    await store.delete(key);
    expect(await redis.dbsize()).toBe(0);
  });

  it('lives in Redis for as long as was asked', async () => {
    await store.put(key, recordOf('a'), putOptions({ expiresInMs: 60_000.4 }));
    const [name = ''] = await redis.keys('*:record:*');
    expect(await redis.pttl(name)).toSatisfy((ms: number) => ms > 55_000 && ms <= 60_001);
  });
});

describe('a write', () => {
  it('over a version is no write on nothing, whatever the version is called', async () => {
    expect(await store.put(key, recordOf('a'), putOptions({ ifVersion: 'absent' }))).toEqual({
      ok: false,
      found: null,
    });
  });

  it('draws 16 bytes for its version', async () => {
    expect(versionOf(await store.put(key, recordOf('a'), putOptions()))).toMatch(/^[\w-]{22}$/);
  });

  it.each([
    ['expiresInMs', Number.NaN],
    ['expiresInMs', Number.POSITIVE_INFINITY],
    ['dueAt', Number.NaN],
  ])('refuses %s of %s by name', async (option, value) => {
    await expect(store.put(key, recordOf('a'), putOptions({ [option]: value }))).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'invalid_option',
      message: expect.stringContaining(`${option} is ${value}`),
    });
  });
});

describe('any user id', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.string({ unit: fc.constantFrom('{', '}', ':', '\n', '*', '?', ' ', '\0', 'ü', '🙂'), maxLength: 500 }),
    fc.constant('x'.repeat(500)),
  );

  it('is an account of its own, found again by get, due and delete', async () => {
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, async (clientKey, userId, otherId) => {
        fc.pre(userId !== otherId);
        await redis.flushall();
        const one = { clientKey, userId };
        const other = { clientKey, userId: otherId };
        await store.put(one, recordOf('one'), putOptions({ dueAt: 1 }));
        await store.put(other, recordOf('other'), putOptions({ dueAt: 2 }));
        expect((await store.get(one))?.record).toEqual(recordOf('one'));
        expect((await store.get(other))?.record).toEqual(recordOf('other'));
        expect(await store.due({ before: 2, limit: 10 })).toEqual([one, other]);
        await store.delete(one);
        expect(await store.get(one)).toBeNull();
        expect((await store.get(other))?.record).toEqual(recordOf('other'));
      }),
      { numRuns: 25 },
    );
  });

  it('that UTF-8 cannot tell from others is refused', async () => {
    await expect(store.get({ clientKey: 'aw1', userId: 'user-\ud800' })).rejects.toMatchObject({
      code: 'malformed_key',
      message: expect.stringContaining('user id'),
    });
  });
});

describe('after close()', () => {
  const calls: Record<string, (closed: TokenStore) => Promise<unknown>> = {
    get: (closed) => closed.get(key),
    put: (closed) => closed.put(key, recordOf('a'), putOptions()),
    delete: (closed) => closed.delete(key),
    acquire: (closed) => closed.acquire(key, { ttlMs: 1_000 }),
    due: (closed) => closed.due({ before: 1, limit: 1 }),
    watch: async (closed) => closed.watch(() => undefined),
  };

  it.each(Object.entries(calls))('%s is refused by name', async (method, call) => {
    await store.close();
    await expect(call(store)).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'closed',
      operation: `store.${method}`,
    });
    await store.close();
  });

  it('waits for what was already asked', async () => {
    const writing = store.put(key, recordOf('a'), putOptions());
    await store.close();
    expect(await writing).toMatchObject({ ok: true });
    expect(await redis.dbsize()).toBe(2);
  });

  it('leaves a client that was passed in open, and ends a connection of its own', async () => {
    const connections = async (): Promise<number> =>
      String(await redis.client('LIST'))
        .trim()
        .split('\n').length;
    const before = await connections();
    const borrowing = createRedisTokenStore({ client: redis, plaintext: true });
    await borrowing.get(key);
    await store.get(key);
    await Promise.all([borrowing.close(), store[Symbol.asyncDispose]()]);
    await expect.poll(connections).toBe(before);
    expect(await redis.ping()).toBe('PONG');
  });
});

/** The same calls in the same order, against the store that is the reference of the contract. */
describe('beside MemoryTokenStore', () => {
  const users = ['a', 'b'];
  const step = fc.record({
    call: fc.constantFrom('put', 'putOnNothing', 'putOnOld', 'delete', 'get', 'acquire', 'release', 'extend', 'due'),
    user: fc.constantFrom(...users),
  });

  it('gives the same answers to the same calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await redis.flushall();
        const memory = new MemoryTokenStore();
        expect(await answersOf(store, steps)).toEqual(await answersOf(memory, steps));
        await memory.close();
      }),
      { numRuns: 40 },
    );
  });
});

type Step = { readonly call: string; readonly user: string };

/** Versions are random, so each is told by the write that made it. */
async function answersOf(subject: TokenStore, steps: readonly Step[]): Promise<unknown[]> {
  const versions = new Map<string, string[]>();
  const leases = new Map<string, Awaited<ReturnType<TokenStore['acquire']>>>();
  const answers: unknown[] = [];
  for (const [n, { call, user }] of steps.entries()) {
    const account = { clientKey: 'aw1', userId: user };
    const known = versions.get(user) ?? [];
    const latest = known.at(-1) ?? null;
    const named = { put: latest, putOnNothing: null, putOnOld: known.at(-2) ?? 'never' }[call];
    if (named !== undefined) {
      const lease = leases.get(user)?.lease;
      const result = await subject.put(account, recordOf(`${n}`), putOptions({ ifVersion: named, dueAt: n, lease }));
      if (result.ok) versions.set(user, [...known, result.version]);
      answers.push(result.ok ? true : (result.found?.record ?? null));
    } else if (call === 'delete') {
      answers.push(await subject.delete(account));
    } else if (call === 'get') {
      const found = await subject.get(account);
      answers.push(found && { record: found.record, isLatest: found.version === latest });
    } else if (call === 'acquire') {
      const acquired = await subject.acquire(account, { ttlMs: 30_000 });
      if (acquired !== null) leases.set(user, acquired);
      answers.push(acquired && { found: acquired.found?.record ?? null, lost: acquired.lease.lost.aborted });
    } else if (call === 'release') {
      answers.push(await leases.get(user)?.lease.release());
    } else if (call === 'extend') {
      answers.push(await leases.get(user)?.lease.extend());
    } else {
      answers.push(await subject.due({ before: n, limit: 10 }));
    }
  }
  for (const acquired of leases.values()) await acquired?.lease.release();
  return answers;
}
