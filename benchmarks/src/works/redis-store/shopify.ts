import assert from 'node:assert/strict';
import { Session } from '@shopify/shopify-api';
import { RedisSessionStorage } from '@shopify/shopify-app-session-storage-redis';
import type { Services, Subject } from '../../harness/subject.js';
import { account, counterTo, FEW, numberOf, record } from './accounts.js';

async function open({ redis = '' }: Services, sessionKeyPrefix: string) {
  const storage = new RedisSessionStorage(redis, { sessionKeyPrefix });
  await storage.ready;
  const session = (n: number): Session => {
    const { accessToken, refreshToken, scope, accessTokenExpiresAt } = record(n);
    return new Session({
      id: account(n).userId,
      // Each of a shop of its own, so that no list of a shop's sessions grows.
      shop: `${account(n).userId}.example.com`,
      state: '',
      isOnline: false,
      scope,
      accessToken,
      refreshToken: refreshToken ?? '',
      expires: new Date(accessTokenExpiresAt),
    });
  };
  return { storage, store: (n: number) => storage.storeSession(session(n)), close: () => storage.disconnect() };
}

export async function read(services: Services): Promise<Subject> {
  const { storage, store, close } = await open(services, 'shopify');
  for (let n = 0; n < FEW; n += 1) await store(n);
  const next = counterTo(FEW);
  return {
    call: () => storage.loadSession(account(next()).userId),
    check: (session) => assert.equal(Object(session).accessToken, record(numberOf(session)).accessToken),
    close,
  };
}

export async function write(services: Services): Promise<Subject> {
  const { storage, store, close } = await open(services, `shopify-${process.pid}`);
  const next = counterTo(FEW);
  let last = 0;
  return {
    call: () => {
      last = next();
      return store(last);
    },
    check: async (stored) => {
      assert.equal(stored, true);
      assert.equal((await storage.loadSession(account(last).userId))?.accessToken, record(last).accessToken);
    },
    close,
  };
}
