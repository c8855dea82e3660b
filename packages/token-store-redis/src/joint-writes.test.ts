import type { RedisServer } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedisTokenStore, type RedisTokenStore } from './create-redis-token-store.js';
import { putOptions, recordOf } from './testing/records.js';
import { useRedis } from './testing/redis.js';

const account = (n: number) => ({ clientKey: 'aw1', userId: `user-${n}` });

let server: RedisServer;
let client: Redis;
let store: RedisTokenStore;

useRedis((own) => {
  ({ server } = own);
});

beforeEach(async () => {
  client = new Redis(server.url);
  client.on('error', () => undefined);
  store = createRedisTokenStore({ client, plaintext: true });
  await store.put(account(0), recordOf('a'), putOptions());
});

afterEach(async () => {
  await store.close();
  client.disconnect();
});

/** How often something was handed to the system to be sent while `work` was done. */
async function packetsOf(work: () => Promise<unknown>): Promise<number> {
  const { stream } = client;
  const one = vi.spyOn(stream, '_write');
  const many = vi.spyOn(stream, '_writev');
  try {
    await work();
    return one.mock.calls.length + many.mock.calls.length;
  } finally {
    one.mockRestore();
    many.mockRestore();
  }
}

describe('calls that are made at once', () => {
  it('leave in one packet, whatever they are', async () => {
    const work = () =>
      Promise.all([
        ...Array.from({ length: 50 }, (_, n) => store.get(account(n))),
        ...Array.from({ length: 50 }, (_, n) => store.put(account(n + 1), recordOf('b'), putOptions())),
      ]);
    const held = vi.spyOn(client.stream, 'cork');
    expect(await packetsOf(work)).toBe(1);
    expect(held).toHaveBeenCalledTimes(1);
    expect(await packetsOf(work)).toBe(1);
    expect(await store.get(account(7))).toMatchObject({ record: recordOf('b') });
  });

  it('leave before what takes longer than their turn', async () => {
    expect(
      await packetsOf(async () => {
        const first = store.get(account(0));
        await new Promise((resolve) => setImmediate(resolve));
        const second = store.get(account(0));
        await Promise.all([first, second]);
      }),
    ).toBe(2);
  });

  it('take along what the application sends meanwhile, in its order', async () => {
    const answers = [client.set('own', '1'), store.get(account(0)), client.get('own'), store.get(account(1))];
    expect(await Promise.all(answers)).toMatchObject(['OK', { record: recordOf('a') }, '1', null]);
  });

  it('are answered, or fail by name, when the client is closed in the same turn', async () => {
    const calls = [store.get(account(0)), store.get(account(1))];
    client.disconnect();
    for (const call of await Promise.allSettled(calls)) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'unreachable' });
    }
  });

  it('are sent again when their connection breaks in the same turn', async () => {
    const calls = [store.get(account(0)), store.put(account(1), recordOf('b'), putOptions())];
    client.stream.destroy();
    expect(await Promise.all(calls)).toMatchObject([{ record: recordOf('a') }, { ok: true }]);
  });
});

it('calls before there is a connection are made once there is', async () => {
  const lazy = new Redis(server.url, { lazyConnect: true });
  const early = createRedisTokenStore({ client: lazy, plaintext: true });
  const answers = await Promise.all([early.get(account(0)), early.get(account(1))]);
  expect(answers).toMatchObject([{ record: recordOf('a') }, null]);
  await early.close();
  lazy.disconnect();
});
