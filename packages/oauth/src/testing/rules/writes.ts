import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { TikTokError } from '@tt/errors';
import type { RuleGroup } from '../rule.js';
import { recordOf, terms, written } from '../sample-records.js';

const AT_ONCE = 20;

/** D6: writes compare. */
export const WRITES: RuleGroup = {
  title: 'a write',
  rules: [
    {
      name: 'goes through over the version that was read, and gives a new one',
      why: 'No refreshed token would ever be kept.',
      check: async ({ store, account }) => {
        const key = account();
        const first = await written(store, key, { mark: 'a' });
        const second = await written(store, key, { mark: 'b', ifVersion: first.version });
        notStrictEqual(second.version, first.version);
        deepStrictEqual(structuredClone(await store.get(key)), second);
      },
    },
    {
      name: 'that expects nothing is refused where there is something',
      why: 'An import would replace newer tokens by older ones.',
      check: async ({ store, account }) => {
        const key = account();
        const there = await written(store, key, { mark: 'there' });
        strictEqual((await store.put(key, recordOf('import'), terms())).ok, false);
        deepStrictEqual(structuredClone(await store.get(key)), there);
      },
    },
    {
      name: 'that comes late is refused, and told what is there instead',
      why: 'The old refresh token would replace the one that TikTok rotated to, and the person has to sign in again. Who is told needs no second question, whose answer could be another one.',
      check: async ({ store, account }) => {
        const key = account();
        const read = await written(store, key, { mark: 'read' });
        const found = await written(store, key, { mark: 'newer', ifVersion: read.version });
        const late = await store.put(key, recordOf('late'), terms({ ifVersion: read.version }));
        deepStrictEqual(structuredClone(late), { ok: false, found });
        deepStrictEqual(structuredClone(await store.get(key)), found);
      },
    },
    {
      name: 'that counts on a record is refused where it was deleted',
      why: 'Somebody who disconnected would be connected again by a refresh that was under way.',
      check: async ({ store, account }) => {
        const key = account();
        const { version } = await written(store, key, { mark: 'a' });
        await store.delete(key);
        for (const ifVersion of [version, 'never-drawn', '']) {
          deepStrictEqual(await store.put(key, recordOf('late'), terms({ ifVersion })), { ok: false, found: null });
        }
        strictEqual(await store.get(key), null);
      },
    },
    {
      name: 'never uses a version again, for the same record or after a delete either',
      why: 'A worker that slept through a delete and a new sign-in would take the new record for the one it has read, and write over it.',
      check: async ({ store, account }) => {
        const key = account();
        const versions: string[] = [];
        for (let round = 0; round < AT_ONCE / 2; round++) {
          const first = await written(store, key, { mark: 'same' });
          const second = await written(store, key, { mark: 'same', ifVersion: first.version });
          versions.push(first.version, second.version);
          await store.delete(key);
        }
        strictEqual(new Set(versions).size, versions.length);
        ok(versions.every((version) => typeof version === 'string' && version !== ''));
      },
    },
    {
      name: 'is never lost: of many at once over one version, one goes through',
      why: 'Two workers would both believe that their tokens are kept; those of one are gone.',
      check: async ({ store, account }) => {
        const key = account();
        const { version } = await written(store, key, { mark: 'start' });
        const results = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) => store.put(key, recordOf(`${n}`), terms({ ifVersion: version }))),
        );
        const winners = results.flatMap((result, n) =>
          result.ok ? [{ record: recordOf(`${n}`), version: result.version }] : [],
        );
        strictEqual(winners.length, 1);
        deepStrictEqual(structuredClone(await store.get(key)), winners[0]);
      },
    },
    {
      name: 'made a second time, because the first answer was lost, finds its own record',
      why: 'The caller would not know its own tokens when it sees them, and drop the only copy or sign the person out.',
      check: async ({ store, account }) => {
        const key = account();
        const { version: ifVersion } = await written(store, key, { mark: 'before' });
        const mine = await written(store, key, { mark: 'mine', ifVersion });
        const again = await store.put(key, mine.record, terms({ ifVersion }));
        deepStrictEqual(structuredClone(again), { ok: false, found: mine });
      },
    },
    {
      name: 'whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
      why: 'A refresh that finds a record nobody else wrote takes its own new tokens for those of another.',
      needs: ['loseNextAnswer'],
      check: async ({ store, account, cause }) => {
        const key = account();
        const before = await written(store, key, { mark: 'before' });
        await cause('loseNextAnswer');
        const outcome = await store
          .put(key, recordOf('mine'), terms({ ifVersion: before.version }))
          .catch((error: unknown) => error);
        if (TikTokError.isInstance(outcome)) {
          strictEqual(outcome.type, 'TOKEN_STORE_ERROR');
          strictEqual(outcome.outcomeUnknown, true);
        } else {
          const found = await store.get(key);
          deepStrictEqual(structuredClone(found?.record), recordOf('mine'));
          deepStrictEqual(outcome, { ok: true, version: found?.version });
        }
      },
    },
  ],
};
