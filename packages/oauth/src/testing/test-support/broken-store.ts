import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenRecord } from '../../token-record.js';
import type { AccountKey, PutOptions, PutResult, TokenStore } from '../../token-store.js';
import { describeTokenStore, type TokenStoreSuiteOptions } from '../describe-token-store.js';
import type { RuleGroup } from '../rule.js';
import { CollectingRunner } from './collecting-runner.js';
import { Database, openReference } from './reference-store.js';

/** Methods that take the place of the good ones, and may give what they must not. */
type Bent = { readonly [Method in keyof TokenStore]?: (...args: Parameters<TokenStore[Method]>) => unknown };

export interface BrokenStore {
  /** What it does wrong. */
  readonly name: string;
  /** The rules that this breaks, as `group: rule`, in the order of the contract. */
  readonly breaks: readonly string[];
  /** Called for each of the two instances. */
  readonly bend: (good: TokenStore, database: Database) => Bent;
  readonly capabilities?: TokenStoreSuiteOptions<Opened>['capabilities'];
}

interface Opened {
  readonly store: TokenStore;
  readonly second: TokenStore;
  readonly database: Database;
}

/** Everything that the suite finds wrong with the reference store once it is bent. */
async function rulesBrokenBy({ bend, capabilities }: Pick<BrokenStore, 'bend' | 'capabilities'>): Promise<string[]> {
  const runner = new CollectingRunner();
  describeTokenStore<Opened>('bent', {
    runner,
    capabilities,
    open: () => {
      const database = new Database();
      const instance = (): TokenStore => {
        const good = openReference(database);
        return Object.assign({ ...good }, bend(good, database));
      };
      return { store: instance(), second: instance(), database };
    },
    faults: {
      outage: ({ database }) => {
        database.isDown = true;
      },
      loseNextAnswer: ({ database }) => {
        database.losesNextAnswer = true;
      },
      dropConnections: ({ database }) => database.dropConnections(),
    },
    passTime: (ms) => vi.advanceTimersByTimeAsync(ms),
    patienceMs: 300,
  });
  return [...(await runner.failures()).keys()];
}

/** Proves that the suite catches each of `stores` by exactly the rules it breaks, and that every rule catches one. */
export function describeBrokenStores(group: RuleGroup, stores: readonly BrokenStore[]): void {
  describe(`the rules on ${group.title}`, () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: 1_750_000_000_000 });
    });

    afterEach(() => {
      vi.useRealTimers();
    });

    it('find nothing wrong with a store that keeps them', async () => {
      expect(await rulesBrokenBy({ bend: () => ({}) })).toEqual([]);
      const incapable = { watch: false, due: false, sharedAcrossInstances: false };
      const silent = { watch: () => () => undefined, due: async () => [] };
      expect(await rulesBrokenBy({ bend: () => silent, capabilities: incapable })).toEqual([]);
    });

    it.each(stores.map((store) => [store.name, store] as const))('catch one that %s', async (_name, broken) => {
      expect(await rulesBrokenBy(broken)).toEqual(broken.breaks);
    });

    it('catch something each', () => {
      const caught = new Set(stores.flatMap(({ breaks }) => breaks));
      expect(group.rules.map(({ name }) => `${group.title}: ${name}`).filter((rule) => !caught.has(rule))).toEqual([]);
    });
  });
}

/** State that the instances on one database share. */
export function sharedBy<T>(make: () => T): (database: Database) => T {
  const states = new WeakMap<Database, T>();
  return (database) => {
    const state = states.get(database) ?? make();
    states.set(database, state);
    return state;
  };
}

/** Writes over whatever is there, as a store that does not compare. */
export async function overwrite(
  good: TokenStore,
  key: AccountKey,
  { record, options }: { readonly record: TokenRecord; readonly options: PutOptions },
): Promise<PutResult> {
  for (;;) {
    const ifVersion = (await good.get(key))?.version ?? null;
    const result = await good.put(key, record, { ...options, ifVersion });
    if (result.ok) return result;
  }
}
