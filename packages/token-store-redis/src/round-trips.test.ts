import { createTikTokOAuth } from '@tt/oauth';
import type { RedisServer } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let client: Redis;
let store: RedisTokenStore;

useRedis((own) => {
  ({ server } = own);
});

beforeEach(async () => {
  client = new Redis(server.url);
  store = createRedisTokenStore({ client, plaintext: true });
  // Once each, so that Redis knows the scripts.
  const first = await store.put(key, recordOf('a'), putOptions());
  const acquired = await store.acquire(key, { ttlMs: 30_000 });
  await acquired?.lease.extend();
  await acquired?.lease.release();
  await store.get(key);
  await store.delete({ ...key, userId: 'nobody' });
  expect(first.ok).toBe(true);
});

afterEach(async () => {
  await store.close();
  client.disconnect();
});

/** The commands that went out while something was done. */
async function commandsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const sent = vi.spyOn(client, 'sendCommand');
  await work();
  const commands = sent.mock.calls.map(([command]) => command.name);
  sent.mockRestore();
  return commands;
}

describe('one round trip', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a put that is refused', () => store.put(key, recordOf('b'), putOptions())],
    ['put', () => store.put({ ...key, userId: 'new' }, recordOf('b'), putOptions())],
    ['delete', () => store.delete(key)],
    ['acquire, with the record', () => store.acquire(key, { ttlMs: 1_000 })],
  ])('is what %s takes', async (_name, work) => {
    expect(await commandsOf(work)).toEqual(['evalsha']);
  });

  it('is what get takes', async () => {
    expect(await commandsOf(() => store.get(key))).toEqual(['get']);
  });

  it('is what each step of a lease takes, and the last one none beside the write', async () => {
    const acquired = await store.acquire(key, { ttlMs: 30_000 });
    expect(await commandsOf(async () => acquired?.lease.extend())).toEqual(['evalsha']);
    expect(await commandsOf(async () => acquired?.lease.release())).toEqual(['evalsha']);
    const again = await store.acquire(key, { ttlMs: 30_000 });
    const found = again?.found?.version ?? null;
    const write = () => store.put(key, recordOf('b'), putOptions({ ifVersion: found, lease: again?.lease }));
    expect(await commandsOf(write)).toEqual(['evalsha']);
  });
});

it('a cache miss reads once; a refresh takes its lease with the record in one, and writes in one', async () => {
  const oauth = createTikTokOAuth({
    clientKey: 'aw1',
    clientSecret: 'secret',
    redirectUri: 'https://app.example/callback',
    store,
    fetch: async () =>
      Response.json({
        access_token: 'act.new',
        refresh_token: 'rft.new',
        expires_in: 86_400,
        refresh_expires_in: 31_536_000,
        open_id: recordOf('fresh').openId,
        scope: 'user.info.basic',
        token_type: 'Bearer',
      }),
  });
  const now = Date.now();
  const fresh = { ...recordOf('fresh'), obtainedAt: now, accessTokenExpiresAt: now + 86_400_000 };
  await store.put({ ...key, userId: 'fresh' }, fresh, putOptions());
  await store.put({ ...key, userId: 'stale' }, { ...fresh, accessTokenExpiresAt: now - 1_000 }, putOptions());

  expect(await commandsOf(() => oauth.getValidToken('fresh'))).toEqual(['get']);
  // The cache trusts itself once it hears of changes (D17).
  await expect.poll(() => commandsOf(() => oauth.getValidToken('fresh'))).toEqual([]);
  const refresh = await commandsOf(async () => {
    expect(await oauth.getValidToken('stale')).toBe('act.new');
  });
  // The read that finds it stale, the lease with the record, the write with the lease.
  expect(refresh).toEqual(['get', 'evalsha', 'evalsha']);
  await oauth.close();
});
