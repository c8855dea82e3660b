import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { TokenRecord } from '../../token-record.js';
import type { AccountKey } from '../../token-store.js';
import type { RuleGroup } from '../rule.js';
import { recordOf, terms, written } from '../sample-records.js';

/** Each differs from the one before in something that a database, or a key made by joining, may not tell apart. */
const ALIKE: readonly AccountKey[] = [
  { clientKey: 'aw', userId: 'user' },
  { clientKey: 'aw', userId: 'User' },
  { clientKey: 'aw', userId: 'user ' },
  { clientKey: 'aw2', userId: 'user' },
  { clientKey: 'a', userId: 'b:c' },
  { clientKey: 'a:b', userId: 'c' },
  { clientKey: 'a', userId: 'b/c' },
  { clientKey: 'a/b', userId: 'c' },
  { clientKey: 'aw', userId: 'caf\u00e9' },
  { clientKey: 'aw', userId: 'cafe\u0301' },
  { clientKey: 'aw', userId: '用户🙂' },
  { clientKey: 'aw', userId: '{aw}:*?[a-z]%_\'"\\\n\t' },
  { clientKey: 'aw', userId: '-000123' },
  { clientKey: 'aw', userId: '-123' },
  { clientKey: 'aw', userId: '__proto__' },
  { clientKey: 'aw', userId: 'x'.repeat(200) },
  { clientKey: 'aw', userId: `${'x'.repeat(199)}y` },
];

export const VALUES: RuleGroup = {
  title: 'a record',
  rules: [
    {
      name: 'is null where nothing was written',
      why: 'An account that is not connected would look as if it were, or the application would fail on it.',
      check: async ({ store, account }) => {
        strictEqual(await store.get(account()), null);
      },
    },
    {
      name: 'comes back as it was written, with its version',
      why: 'A token that is changed in any way is refused by TikTok, and the person has to sign in again.',
      check: async ({ store, account }) => {
        const key = account();
        const record = recordOf('a', { scope: 'ü, "quoted" \\ 🙂\n', accessToken: 'act.!*-_.~%2B+/=' });
        const result = await store.put(key, record, terms());
        deepStrictEqual(plain(await store.get(key)), { record, version: result.ok && result.version });
      },
    },
    {
      name: 'has no field that was not written, and loses none that was',
      why: 'A mark that appears from nowhere asks a connected person to sign in; one that is lost sends a dead token for ever.',
      check: async ({ store, account }) => {
        const records: readonly TokenRecord[] = [
          recordOf('never marked'),
          recordOf('no end', { refreshTokenExpiresAt: null }),
          recordOf('marked', { signInNeeded: { reason: 'refused', at: 1_750_000_000_000 } }),
          recordOf('with log id', { signInNeeded: { reason: 'answer_lost', at: 0, logId: '2026' } }),
          recordOf('unanswered', { unansweredAt: 1_750_000_000_000 }),
          recordOf('empty texts', { scope: '', tokenType: '' }),
        ];
        for (const record of records) {
          const key = account();
          await store.put(key, record, terms());
          deepStrictEqual(plain((await store.get(key))?.record), record);
        }
      },
    },
    {
      name: 'may have 16 KB',
      why: 'TikTok does not say how long its tokens get. One that is cut short is lost.',
      check: async ({ store, account }) => {
        const key = account();
        const record = recordOf('long', { accessToken: `act.${'x'.repeat(8_192)}`, refreshToken: 'ü'.repeat(4_096) });
        await store.put(key, record, terms());
        deepStrictEqual(plain((await store.get(key))?.record), record);
      },
    },
    {
      name: 'belongs to exactly one client key and user id, whatever characters are in them',
      why: 'One person would get the tokens of another.',
      check: async ({ store, account }) => {
        const { clientKey } = account();
        const keys = ALIKE.map((key) => ({ ...key, clientKey: `${clientKey}-${key.clientKey}` }));
        for (const [index, key] of keys.entries()) {
          strictEqual(await store.get(key), null, `${JSON.stringify(key)} is taken for another`);
          await written(store, key, { mark: `${index}` });
        }
        for (const [index, key] of keys.entries()) {
          strictEqual((await store.get(key))?.record.openId, `open-id-${index}`, `of ${JSON.stringify(key)}`);
        }
      },
    },
    {
      name: 'cannot be changed by who wrote it or who reads it',
      why: 'A bug anywhere in the process would change the only copy of a token, without a write and without a version.',
      check: async ({ store, account }) => {
        const key = account();
        const mine = { ...recordOf('a'), signInNeeded: { reason: 'refused' as const, at: 1 } };
        const asWritten = structuredClone(mine);
        await store.put(key, mine, terms());
        mine.accessToken = 'changed';
        mine.signInNeeded.at = 2;
        const read = await store.get(key);
        // A store may freeze what it gives.
        Reflect.set(read?.record ?? {}, 'accessToken', 'changed');
        Reflect.set(read?.record.signInNeeded ?? {}, 'at', 2);
        deepStrictEqual(plain((await store.get(key))?.record), asWritten);
      },
    },
  ],
};

/** A store may give objects of a class of its own; what counts are their fields. */
function plain<T>(value: T): T {
  return structuredClone(value);
}
