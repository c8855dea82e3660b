import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { AccountKey, TokenStore } from '../../token-store.js';
import type { RuleGroup } from '../rule.js';
import { HOUR_MS, written } from '../sample-records.js';

const NOW = 1_795_359_600_000;
const CROWD = 40;

/** Of accounts to be refreshed ahead of time (D1). */
export const DUE: RuleGroup = {
  title: 'what is due',
  rules: [
    {
      name: 'are the accounts whose time has come, to the millisecond, the most overdue first',
      why: 'Tokens would run out before anybody refreshes them, while others are refreshed too early.',
      needs: ['due'],
      check: async ({ store, account }) => {
        const { clientKey } = account();
        const put = async (userId: string, dueAt: number): Promise<AccountKey> => {
          const key = { clientKey, userId };
          await written(store, key, { mark: userId, dueAt });
          return key;
        };
        const justDue = await put('Just Due:ü🙂', NOW);
        await put('not yet', NOW + 1);
        const mostOverdue = await put('Most overdue', 0);
        const overdue = await put('overdue', NOW - HOUR_MS);
        await put('never', Number.MAX_SAFE_INTEGER);
        deepStrictEqual(await dueAt(store, NOW), [mostOverdue, overdue, justDue]);
      },
    },
    {
      name: 'are no more than were asked for, and those the most overdue ones',
      why: 'A worker would take on more than it can do, or leave those for last that are about to run out.',
      needs: ['due'],
      check: async ({ store, account }) => {
        const keys = Array.from({ length: 5 }, account);
        for (const [index, key] of keys.entries()) await written(store, key, { mark: `${index}`, dueAt: NOW - index });
        deepStrictEqual(await dueAt(store, NOW, 2), [keys[4], keys[3]]);
        deepStrictEqual(await dueAt(store, NOW, 0), []);
      },
    },
    {
      name: 'goes by the latest write of an account, and forgets one that was deleted',
      why: 'Accounts that were just refreshed would be refreshed again and again, and deleted ones asked for for ever.',
      needs: ['due'],
      check: async ({ store, account }) => {
        const [moved, gone] = [account(), account()];
        const { version } = await written(store, moved, { mark: 'a', dueAt: NOW - 2 });
        await written(store, gone, { mark: 'gone', dueAt: NOW - 1 });
        await written(store, moved, { mark: 'b', ifVersion: version, dueAt: NOW + HOUR_MS });
        await store.delete(gone);
        deepStrictEqual(await dueAt(store, NOW), []);
        deepStrictEqual(await dueAt(store, NOW + HOUR_MS), [moved]);
      },
    },
    {
      name: 'forgets an account whose record ran out, and then still fills the limit',
      why: 'Dead accounts, which are the most overdue of all, would crowd out the living.',
      needs: ['due'],
      check: async ({ store, account, shortMs, passTime, inTime }) => {
        const [dead, living] = [Array.from({ length: 5 }, account), account()];
        for (const key of dead) await written(store, key, { mark: 'dead', dueAt: 0, expiresInMs: shortMs });
        await written(store, living, { mark: 'living', dueAt: NOW });
        await passTime(shortMs);
        for (const key of dead) await inTime('get finds nothing', async () => (await store.get(key)) === null);
        deepStrictEqual(await dueAt(store, NOW, 1), [living]);
      },
    },
    {
      name: 'holds while others write and delete: who stays due is in every answer, and nobody twice',
      why: 'Accounts would be passed over at random under load, and refreshed twice.',
      needs: ['due'],
      check: async ({ store, account }) => {
        const keys = Array.from({ length: CROWD }, account);
        const newcomers = Array.from({ length: CROWD / 4 }, account);
        const versions = await Promise.all(
          keys.map(async (key, n) => (await written(store, key, { mark: `${n}`, dueAt: HOUR_MS + n })).version),
        );
        const staying = keys.filter((_, n) => n % 4 === 0);
        const before = dueAt(store, NOW);
        const changing = Promise.all([
          ...newcomers.map((key, n) => written(store, key, { mark: `new ${n}`, dueAt: n })),
          ...keys.map(async (key, n) => {
            const ifVersion = versions[n] ?? null;
            if (n % 4 === 1) await store.delete(key);
            if (n % 4 === 2) await written(store, key, { mark: 'later', ifVersion, dueAt: NOW + 1 });
            if (n % 4 === 3) await written(store, key, { mark: 'still', ifVersion, dueAt: HOUR_MS + n });
          }),
        ]);
        const answers = [await before, await dueAt(store, NOW)];
        await changing;
        for (const answer of answers) {
          const names = answer.map(nameOf);
          strictEqual(new Set(names).size, names.length, 'an account is named twice');
          for (const key of staying) ok(names.includes(nameOf(key)), 'an account that stayed due is missing');
        }
        deepStrictEqual(await dueAt(store, NOW), [...newcomers, ...keys.filter((_, n) => n % 4 === 0 || n % 4 === 3)]);
      },
    },
    {
      name: 'is nothing for a store that keeps no list of it',
      why: 'Half a list is worse than none: the accounts that are missing would never be refreshed ahead of time.',
      unless: 'due',
      check: async ({ store, account }) => {
        await written(store, account(), { mark: 'a', dueAt: 0 });
        deepStrictEqual(await dueAt(store, NOW), []);
      },
    },
  ],
};

async function dueAt(store: TokenStore, before: number, limit = 1_000): Promise<readonly AccountKey[]> {
  return structuredClone(await store.due({ before, limit }));
}

function nameOf(key: AccountKey): string {
  return JSON.stringify([key.clientKey, key.userId]);
}
