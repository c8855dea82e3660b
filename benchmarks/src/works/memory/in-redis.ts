import assert from 'node:assert/strict';
import { createTokenCipher } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { Redis } from 'ioredis';
import { clientKey } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { ACCOUNTS, LIFE_MS, record, userId } from './accounts.js';

const secret = new Uint8Array(32).fill(7);
const cipher = () => createTokenCipher({ keys: [{ id: 'k1', secret }] });
const AT_ONCE = 100;

/** What Redis has grown by once it holds all accounts. */
async function growth(
  { redis = '' }: Services,
  writer: (client: Redis) => { readonly put: (n: number) => Promise<unknown>; readonly close?: () => Promise<void> },
): Promise<Subject> {
  const client = new Redis(redis);
  await client.flushall();
  const { put, close } = writer(client);
  let bytes = 0;
  return {
    call: async () => {
      const before = await usedBy(client);
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let n = next; n < ACCOUNTS; n = next) {
          next += 1;
          await put(n);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      bytes = ((await usedBy(client)) - before) / ACCOUNTS;
    },
    check: async () => assert.ok((await client.dbsize()) >= ACCOUNTS),
    counts: async () => ({ bytes }),
    close: async () => {
      await close?.();
      client.disconnect();
    },
  };
}

async function usedBy(client: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
}

/** A JSON text of the fields under the user's name, and nothing else. */
export function byHand(services: Services): Promise<Subject> {
  return growth(services, (client) => ({
    put: (n) => client.set(`token:${userId(n)}`, JSON.stringify(record(n)), 'PX', 365 * LIFE_MS),
  }));
}

const kinds = {
  plain: (client: Redis) => createRedisTokenStore({ client, plaintext: true }),
  sealed: (client: Redis) => createRedisTokenStore({ client, cipher: cipher() }),
  hidden: (client: Redis) => createRedisTokenStore({ client, cipher: cipher(), userIds: { hmacSecret: secret } }),
};

export function inStore(kind: keyof typeof kinds) {
  return (services: Services): Promise<Subject> =>
    growth(services, (client) => {
      const store = kinds[kind](client);
      const put = async (n: number): Promise<void> => {
        const terms = { ifVersion: null, expiresInMs: 365 * LIFE_MS, dueAt: Date.now() + n };
        const result = await store.put({ clientKey, userId: userId(n) }, record(n), terms);
        if (!result.ok) throw new Error('a write was refused');
      };
      return { put, close: () => store.close() };
    });
}
