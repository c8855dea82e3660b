import { describe, expect, it } from 'vitest';
import { MemoryTokenStore } from '../memory-token-store.js';
import type { TokenStore } from '../token-store.js';
import { CONTRACT } from './contract.js';
import { describeTokenStore, type OpenedStores } from './describe-token-store.js';
import { CollectingRunner } from './test-support/collecting-runner.js';
import { Database, openReference } from './test-support/reference-store.js';

const memory = { open: () => ({ store: new MemoryTokenStore() }), capabilities: { sharedAcrossInstances: false } };

/** What somebody without types may pass. */
function describing(options: Record<string, unknown>): () => unknown {
  return () => Reflect.apply(describeTokenStore, undefined, ['a store', options]);
}

async function failuresOf(store: () => OpenedStores): Promise<Map<string, unknown>> {
  const runner = new CollectingRunner();
  describeTokenStore('broken', { runner, open: store, capabilities: { sharedAcrossInstances: false }, patienceMs: 1 });
  return runner.failures();
}

describe('describeTokenStore', () => {
  it('says in its title what is left out, and asks for nothing of it', () => {
    const runner = new CollectingRunner();
    describeTokenStore('Mine', {
      runner,
      ...memory,
      capabilities: { due: false, watch: false },
      faults: { outage: () => 0 },
    });
    const titles = new Set(runner.tests.map(({ groups }) => groups[0]));
    expect([...titles]).toEqual([
      'Mine keeps the contract of TokenStore (without: watch, due, loseNextAnswer, dropConnections)',
    ]);
    const asked = runner.tests.map(({ groups, name }) => `${groups[1]}: ${name}`);
    expect(asked.filter((rule) => /^(a listener|what is due)/.test(rule))).toEqual([
      'a listener: is never told that it is up by a store that cannot tell of changes',
      'what is due: is nothing for a store that keeps no list of it',
    ]);
    expect(asked).toContain(
      'a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer',
    );
  });

  it('has every rule in it once where nothing is left out', () => {
    const runner = new CollectingRunner();
    const faults = { outage: () => 0, loseNextAnswer: () => 0, dropConnections: () => 0 };
    describeTokenStore('Mine', { runner, open: memory.open, faults });
    const all = CONTRACT.flatMap(({ rules }) => rules).filter(({ unless }) => unless === undefined);
    expect(runner.tests.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    expect(runner.tests[0]?.groups[0]).toBe('Mine keeps the contract of TokenStore');
  });

  it('says of a rule that is broken what happens then, with the finding as its cause', async () => {
    const failures = await failuresOf(() => {
      const store = new MemoryTokenStore();
      return { store: Object.assign(store, { get: async () => undefined }) };
    });
    const failure = failures.get('a record: is null where nothing was written');
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^This rule of the contract is broken\. An account that is not connected would/),
      cause: expect.objectContaining({ code: 'ERR_ASSERTION', actual: undefined, expected: null }),
    });
  });

  it('opens stores of their own for each rule, and closes and disposes of them, whatever comes of it', async () => {
    let opened = 0;
    const open = new Set<TokenStore>();
    const runner = new CollectingRunner();
    describeTokenStore('Mine', {
      runner,
      open: () => {
        opened += 1;
        const database = new Database();
        const good = { ...openReference(database), get: async () => Promise.reject(new Error('broken')) };
        const close = async (): Promise<void> => {
          open.delete(store);
          throw new Error('broken too');
        };
        const store = { ...good, close };
        open.add(store);
        return { store, second: openReference(database) };
      },
      dispose: ({ store }) => {
        expect(open.has(store)).toBe(false);
        opened -= 1;
      },
      patienceMs: 1,
      passTime: () => undefined,
    });
    const failures = await runner.failures();
    expect(failures.size).toBeGreaterThan(10);
    expect(opened).toBe(0);
  });

  it('makes its spans long enough for a store that knows whole seconds only', async () => {
    const spans: number[] = [];
    const runner = new CollectingRunner();
    describeTokenStore('Mine', {
      runner,
      open: () => ({ store: openReference(new Database()) }),
      capabilities: { sharedAcrossInstances: false },
      resolutionMs: 1_000,
      patienceMs: 1,
      passTime: (ms) => {
        spans.push(ms);
      },
    });
    await runner.failures();
    expect(Math.min(...spans.filter((ms) => ms > 10))).toBe(2_000);
  });

  it('asks for a second store where sharing is not said to be impossible', async () => {
    const runner = new CollectingRunner();
    describeTokenStore('Mine', { runner, open: memory.open });
    const sharing = runner.tests.find(({ groups }) => groups[1] === 'two instances on the same data');
    await expect(sharing?.run()).rejects.toThrow(
      'describeTokenStore: open() gave no second store; give one, or say capabilities: { sharedAcrossInstances: false }',
    );
  });

  it.each([
    [{ ...memory }, 'runner has no describe and it'],
    [{ ...memory, runner: { describe } }, 'runner has no describe and it'],
    [{ runner: { describe, it } }, 'open is missing'],
    [
      { ...memory, runner: { describe, it }, capabilities: { wtach: false } },
      'wtach is unknown; expected one of watch, due',
    ],
    [{ ...memory, runner: { describe, it }, faults: { fire: () => 0 } }, 'fire is unknown; expected one of outage'],
    [{ ...memory, runner: { describe, it }, patienceMs: 0 }, 'patienceMs is 0; expected a positive number'],
    [{ ...memory, runner: { describe, it }, resolutionMs: Number.NaN }, 'resolutionMs is NaN'],
  ])('refuses %#: what is wrong is named', (options, message) => {
    expect(describing(options)).toThrow(TypeError);
    expect(describing(options)).toThrow(message);
  });
});
