import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { StoreEvent, TokenStore } from '../../token-store.js';
import type { RuleGroup, Trial } from '../rule.js';
import { recordOf, terms, written } from '../sample-records.js';

/** D17: a message carries key and version, never a record; a cache trusts itself only while the subscription is up. */
export const WATCHING: RuleGroup = {
  title: 'a listener',
  rules: [
    {
      name: 'is told that it is up, then key and version of each change, in order, and nothing of the record',
      why: 'A cache would go on serving tokens that were replaced or deleted; or tokens would travel where they can be read.',
      needs: ['watch'],
      check: async (trial) => {
        const { store } = trial;
        const key = { ...trial.account(), userId: 'ü:{🙂} 1' };
        const { heard } = await listening(trial, store);
        const first = await written(store, key, { mark: 'a' });
        const second = await written(store, key, { mark: 'b', ifVersion: first.version });
        await store.delete(key);
        await trial.eventually('three changes are heard', () => heard.length >= 4);
        deepStrictEqual(structuredClone(heard), [
          'up',
          { key, version: first.version },
          { key, version: second.version },
          { key, version: null },
        ]);
      },
    },
    {
      name: 'hears nothing where nothing changed',
      why: 'Each refused write would empty the caches of a whole fleet, which then all ask the store.',
      needs: ['watch'],
      check: async (trial) => {
        const { store } = trial;
        const key = trial.account();
        const { heard } = await listening(trial, store);
        await store.put(key, recordOf('refused'), terms({ ifVersion: 'another' }));
        await store.delete(key);
        const acquired = await store.acquire(key, { ttlMs: 60_000 });
        await acquired?.lease.extend();
        await acquired?.lease.release();
        await store.get(key);
        const change = await written(store, trial.account(), { mark: 'a' });
        await trial.eventually('the one change is heard', () => heard.length >= 2);
        deepStrictEqual(heard.slice(1).map(versionOf), [change.version]);
      },
    },
    {
      name: 'that joins later is told that it is up as well',
      why: 'A cache that is never told so trusts itself never, and asks the store for every token.',
      needs: ['watch'],
      check: async (trial) => {
        await listening(trial, trial.store);
        await listening(trial, trial.store);
      },
    },
    {
      name: 'hears nothing any more once it stopped, and the others go on',
      why: 'What was closed would be kept alive and called; or one part of a program would make another deaf.',
      needs: ['watch'],
      check: async (trial) => {
        const { store } = trial;
        const gone = await listening(trial, store);
        const stays = await listening(trial, store);
        gone.stop();
        gone.stop();
        const change = await written(store, trial.account(), { mark: 'a' });
        await trial.eventually('the change is heard', () => stays.heard.length >= 2);
        deepStrictEqual(stays.heard.slice(1).map(versionOf), [change.version]);
        deepStrictEqual(gone.heard, ['up']);
      },
    },
    {
      name: 'that listens twice stops twice',
      why: 'Two parts of a program that share a function would end each other’s subscription.',
      needs: ['watch'],
      check: async (trial) => {
        const { store } = trial;
        const heard: StoreEvent[] = [];
        const listener = (event: StoreEvent): void => void heard.push(event);
        const stop = store.watch(listener);
        store.watch(listener);
        await trial.eventually('both are up', () => heard.length >= 2);
        stop();
        await written(store, trial.account(), { mark: 'a' });
        await trial.eventually('the change is heard by the other one', () => heard.length >= 3);
        strictEqual(heard.length, 3);
      },
    },
    {
      name: 'that throws harms neither the writer nor the other listeners',
      why: 'A write that went through would look as if it had failed, and a refreshed token be dropped.',
      needs: ['watch'],
      check: async (trial) => {
        const { store } = trial;
        store.watch(() => {
          throw new Error('a listener that throws, as the store’s tests have it');
        });
        const { heard } = await listening(trial, store);
        const change = await written(store, trial.account(), { mark: 'a' });
        await trial.eventually('the change is heard', () => heard.length >= 2);
        deepStrictEqual(heard.slice(1).map(versionOf), [change.version]);
      },
    },
    {
      name: 'is told that it is down when the store is closed',
      why: 'A cache would trust itself though nobody tells it of changes any more.',
      needs: ['watch'],
      check: async (trial) => {
        const { heard } = await listening(trial, trial.store);
        await trial.store.close();
        await trial.eventually('it is told', () => heard.length >= 2);
        deepStrictEqual(heard, ['up', 'down']);
      },
    },
    {
      name: 'is told that it is down when the connection drops, and up when it hears again',
      why: 'What changed in between was not heard. A cache that does not know would serve old tokens for as long as it trusts itself.',
      needs: ['watch', 'dropConnections'],
      check: async (trial) => {
        const { heard } = await listening(trial, trial.store);
        await trial.cause('dropConnections');
        await trial.eventually('it is told', () => heard.length >= 3);
        const change = await written(trial.store, trial.account(), { mark: 'a' });
        await trial.eventually('the next change is heard', () => heard.length >= 4);
        deepStrictEqual(heard.map(versionOf), ['up', 'down', 'up', change.version]);
      },
    },
    {
      name: 'is never told that it is up by a store that cannot tell of changes',
      why: 'A cache would trust itself though nobody tells it of changes.',
      unless: 'watch',
      check: async ({ store, account, passTime, shortMs }) => {
        const heard: StoreEvent[] = [];
        const stop = store.watch((event) => heard.push(event));
        await written(store, account(), { mark: 'a' });
        await passTime(shortMs);
        stop();
        ok(!heard.includes('up'), 'it was told that it is up');
      },
    },
  ],
};

/** What a new listener hears, from when it was told that it is up. */
async function listening(
  trial: Trial,
  store: TokenStore,
): Promise<{ readonly heard: readonly StoreEvent[]; readonly stop: () => void }> {
  const heard: StoreEvent[] = [];
  const stop = store.watch((event) => heard.push(event));
  await trial.eventually('the listener is told that it is up', () => heard.includes('up'));
  deepStrictEqual(heard, ['up']);
  return { heard, stop };
}

function versionOf(event: StoreEvent): unknown {
  return typeof event === 'string' ? event : event.version;
}
