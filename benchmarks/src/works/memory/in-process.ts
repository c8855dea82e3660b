import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createTikTokOAuth, createTokenCipher, MemoryTokenStore, type TokenStore } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { Redis } from 'ioredis';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import type { Services, Subject } from '../../harness/subject.js';
import { ACCOUNTS, LIFE_MS, record, userId } from './accounts.js';

/** What the heap has grown by once all accounts are held. */
function growth(hold: (n: number) => Promise<unknown> | unknown, close?: () => Promise<void>): Subject {
  let bytes = 0;
  return {
    call: async () => {
      const before = heapUsed();
      for (let n = 0; n < ACCOUNTS; n += 1) await hold(n);
      bytes = (heapUsed() - before) / ACCOUNTS;
    },
    // Everybody is still there: this also keeps it alive until here.
    check: async () => assert.ok((await hold(ACCOUNTS - 1)) !== undefined),
    counts: async () => ({ bytes }),
    close: async () => close?.(),
  };
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The fields in objects of a Map. */
export function byHand(): Subject {
  const accounts = new Map<string, object>();
  return growth((n) => accounts.set(userId(n), record(n)));
}

export function memoryStore(): Subject {
  const store = new MemoryTokenStore({ allowInProduction: true });
  const terms = { ifVersion: null, expiresInMs: 365 * LIFE_MS, dueAt: Date.now() + LIFE_MS };
  return growth((n) => store.put({ clientKey, userId: userId(n) }, record(n), terms));
}

/** The cache of `getValidToken` over a store that holds nothing itself. */
export function cache(): Subject {
  const { oauth, close } = open(emptyHanded());
  return growth((n) => oauth.getValidToken(userId(n)), close);
}

/** The same over Redis, whose store keeps what it has decrypted. */
export async function cacheOverRedis({ redis = '' }: Services): Promise<Subject> {
  const client = new Redis(redis);
  const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
  const store = createRedisTokenStore({ client, keyPrefix: `cache-${process.pid}`, cipher });
  const terms = { ifVersion: null, expiresInMs: 365 * LIFE_MS, dueAt: Date.now() + LIFE_MS };
  for (let n = 0; n < ACCOUNTS; n += 1) await store.put({ clientKey, userId: userId(n) }, record(n), terms);
  const { oauth, close } = open(store);
  return growth(
    (n) => oauth.getValidToken(userId(n)),
    async () => {
      await close();
      await store.close();
      client.disconnect();
    },
  );
}

function open(store: TokenStore) {
  const oauth = createTikTokOAuth({ clientKey, clientSecret, redirectUri, store });
  return { oauth, close: () => oauth.close() };
}

/** Makes the record that it is asked for. */
function emptyHanded(): TokenStore {
  const store = new MemoryTokenStore({ allowInProduction: true });
  return Object.assign(Object.create(store), {
    get: async ({ userId: user }: { readonly userId: string }) => ({
      record: record(Number(user.slice(5))),
      version: randomBytes(16).toString('base64url'),
    }),
    close: () => store.close(),
    watch: store.watch.bind(store),
  });
}
