import assert from 'node:assert/strict';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import type { Services, Subject } from '../../harness/subject.js';
import { account, counterTo, FEW, numberOf, record, YEAR_MS } from './accounts.js';

/** The record in a session, as an application with express-session keeps it. */
async function open({ redis = '' }: Services, prefix: string) {
  const client = createClient({ url: redis });
  await client.connect();
  const store = new RedisStore({ client, prefix, ttl: YEAR_MS / 1000 });
  const session = (n: number) => ({ cookie: { originalMaxAge: null }, ...record(n) });
  const set = (n: number) => store.set(account(n).userId, Object(session(n)));
  return { store, set, close: () => client.close() };
}

export async function read(services: Services): Promise<Subject> {
  const { store, set, close } = await open(services, 'session:');
  for (let n = 0; n < FEW; n += 1) await set(n);
  const next = counterTo(FEW);
  return {
    call: () => store.get(account(next()).userId),
    check: (session) => assert.equal(Object(session).accessToken, record(numberOf(session)).accessToken),
    close,
  };
}

export async function write(services: Services): Promise<Subject> {
  const { store, set, close } = await open(services, `session-${process.pid}:`);
  const next = counterTo(FEW);
  let last = 0;
  return {
    call: () => {
      last = next();
      return set(last);
    },
    check: async () => assert.equal(Object(await store.get(account(last).userId)).openId, record(last).openId),
    close,
  };
}
