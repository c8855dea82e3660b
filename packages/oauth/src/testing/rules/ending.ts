import { ok, rejects, strictEqual, throws } from 'node:assert/strict';
import { TikTokError } from '@tt/errors';
import type { AccountKey, TokenStore } from '../../token-store.js';
import type { RuleGroup } from '../rule.js';
import { acquired, recordOf, terms, written } from '../sample-records.js';

export const ENDING: RuleGroup = {
  title: 'a store',
  rules: [
    {
      name: 'that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer',
      why: 'An account would look as if it were not connected, or be refreshed on trust, while the database is away for a moment.',
      needs: ['outage'],
      check: async ({ store, account, cause, can }) => {
        const key = account();
        await written(store, key, { mark: 'a' });
        const { lease } = await acquired(store, account());
        await cause('outage');
        const calls = [...callsOf(store, key), () => lease.extend()];
        if (can('due')) calls.push(async () => store.due({ before: 1, limit: 1 }));
        // At once: each may take as long as the store waits for a connection.
        await Promise.all(calls.map((call) => rejects(call, storeError)));
      },
    },
    {
      name: 'that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed',
      why: 'A worker that is shutting down would refresh once more, and lose what it gets.',
      check: async ({ store, account, can }) => {
        const key = account();
        await written(store, key, { mark: 'a' });
        await store.close();
        for (const call of callsOf(store, key)) await rejects(call, closed);
        if (can('due')) await rejects(async () => store.due({ before: 1, limit: 1 }), closed);
        if (can('watch')) throws(() => store.watch(() => undefined), closed);
      },
    },
    {
      name: 'may be closed twice',
      why: 'Two parts of a program that share it would have to know of each other.',
      check: async ({ store, account }) => {
        await written(store, account(), { mark: 'a' });
        await store.close();
        await store.close();
      },
    },
    {
      name: 'that is closed takes its leases with it',
      why: 'A refresh would go on under a lease that nobody extends any more.',
      check: async ({ store, account }) => {
        const { lease } = await acquired(store, account());
        await store.close();
        strictEqual(lease.lost.aborted, true);
        strictEqual(await lease.extend(), false);
        await lease.release();
      },
    },
  ],
};

/** What every store can be asked, none of it before its turn. */
function* callsOf(store: TokenStore, key: AccountKey): Generator<() => Promise<unknown>> {
  // Called inside an async function, so that a store that throws instead of rejecting is heard as well.
  yield async () => store.get(key);
  yield async () => store.put(key, recordOf('late'), terms());
  yield async () => store.delete(key);
  yield async () => store.acquire(key, { ttlMs: 1_000 });
}

function storeError(error: unknown): boolean {
  ok(TikTokError.isInstance(error), `it is no TikTokError but ${String(error)}`);
  strictEqual(error.type, 'TOKEN_STORE_ERROR');
  return true;
}

function closed(error: unknown): boolean {
  storeError(error);
  strictEqual(TikTokError.isInstance(error) && error.code, 'closed');
  return true;
}
