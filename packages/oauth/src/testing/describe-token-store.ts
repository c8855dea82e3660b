import { randomUUID } from 'node:crypto';
import type { TokenStore } from '../token-store.js';
import { CONTRACT } from './contract.js';
import type { Ability, Capability, Fault, Rule, Trial } from './rule.js';
import { conclusively, realTime, until } from './waiting.js';

/** The two functions that the suite needs of a test runner: those of vitest, jest, `node:test` and mocha fit. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: () => Promise<void>): unknown;
}

/** What is opened anew for each rule. Whatever else is in it is there for `passTime`, `faults` and `dispose`. */
export interface OpenedStores {
  /** With no account in it. */
  readonly store: TokenStore;
  /** Another instance on the same data, as another process has one. */
  readonly second?: TokenStore | undefined;
}

export interface TokenStoreSuiteOptions<Opened extends OpenedStores> {
  readonly runner: TestRunner;
  /** Opens the stores for one rule. The suite closes both when the rule is over. */
  readonly open: () => Opened | Promise<Opened>;
  /** Cleans up what `open` set up, once the stores are closed. */
  readonly dispose?: ((opened: Opened) => unknown) | undefined;
  /** What the store cannot do: `{ watch: false }`. The title says so. Default: it can do everything. */
  readonly capabilities?: { readonly [capability in Capability]?: boolean | undefined } | undefined;
  /**
   * How to make things happen that go wrong in production. A rule whose fault is missing is left out, and the title says
   * so.
   *
   * - `outage`: nothing that keeps the data can be reached, until the rule is over.
   * - `loseNextAnswer`: the next call takes effect, and its answer gets lost with its connection.
   * - `dropConnections`: every connection there is drops, and new ones can be made.
   */
  readonly faults?: { readonly [fault in Fault]?: ((opened: Opened) => unknown) | undefined } | undefined;
  /**
   * Lets time pass for the store: moves a fake clock, or waits. It must pass for records and for leases.
   * Default: real time.
   */
  readonly passTime?: ((ms: number, opened: Opened) => unknown) | undefined;
  /** The shortest span that the store can tell apart: 1,000 where it keeps whole seconds. In milliseconds. Default: 1. */
  readonly resolutionMs?: number | undefined;
  /** How long a change may take to be seen, before it counts as missing. In milliseconds. Default: 4,000. */
  readonly patienceMs?: number | undefined;
}

/** The least that can be told from the hiccups of a machine that does other things as well. */
const SHORTEST_MS = 150;

/** Less than most runners give a test, so that a rule that fails can say why. */
const DEFAULT_PATIENCE_MS = 4_000;

const CAPABILITIES: readonly Capability[] = ['watch', 'due', 'sharedAcrossInstances'];
const FAULTS: readonly Fault[] = ['outage', 'loseNextAnswer', 'dropConnections'];

/**
 * Holds a token store to the contract of `TokenStore`, rule by rule, as tests of your runner. Each failure says what
 * happens to people where a store breaks the rule. Write to a database of the kind you use in production; a fake keeps
 * promises that the real one does not.
 *
 * @param name What is tested, for the report.
 * @throws TypeError when the runner, or `open`, is missing, or a capability is one that the suite does not know.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { MemoryTokenStore } from '@tt/oauth';
 * import { describeTokenStore } from '@tt/oauth/testing';
 *
 * describeTokenStore('MemoryTokenStore', {
 *   runner: { describe, it },
 *   open: () => ({ store: new MemoryTokenStore() }),
 *   capabilities: { sharedAcrossInstances: false },
 * });
 * ```
 */
export function describeTokenStore<Opened extends OpenedStores>(
  name: string,
  options: TokenStoreSuiteOptions<Opened>,
): void {
  const able = abilitiesOf(options);
  const { runner } = options;
  const without = [...CAPABILITIES, ...FAULTS].filter((ability) => !able.has(ability));
  const title = `${name} keeps the contract of TokenStore${without.length === 0 ? '' : ` (without: ${without.join(', ')})`}`;
  runner.describe(title, () => {
    for (const { title: group, rules } of CONTRACT) {
      const asked = rules.filter((rule) => isAskedFor(rule, able));
      if (asked.length === 0) continue;
      runner.describe(group, () => {
        for (const rule of asked) runner.it(rule.name, () => proved(rule, options, able));
      });
    }
  });
}

function abilitiesOf<Opened extends OpenedStores>(options: TokenStoreSuiteOptions<Opened>): ReadonlySet<Ability> {
  const { runner, open, capabilities = {}, faults = {}, resolutionMs, patienceMs } = withDefaults(options);
  if (typeof runner?.describe !== 'function' || typeof runner.it !== 'function') {
    throw wrong('runner has no describe and it; pass those of your test runner: runner: { describe, it }');
  }
  if (typeof open !== 'function') throw wrong('open is missing; expected a function that opens the store to test');
  for (const [known, given] of [
    [CAPABILITIES, capabilities],
    [FAULTS, faults],
  ] as const) {
    const unknown = Object.keys(given).filter((key) => !known.some((one) => one === key));
    if (unknown.length > 0) throw wrong(`${unknown.join(', ')} is unknown; expected one of ${known.join(', ')}`);
  }
  for (const [option, value] of Object.entries({ resolutionMs, patienceMs })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw wrong(`${option} is ${String(value)}; expected a positive number of milliseconds`);
    }
  }
  return new Set([
    ...CAPABILITIES.filter((capability) => capabilities[capability] ?? true),
    ...FAULTS.filter((fault) => faults[fault] !== undefined),
  ]);
}

function withDefaults<Opened extends OpenedStores>({
  resolutionMs = 1,
  patienceMs = DEFAULT_PATIENCE_MS,
  ...options
}: TokenStoreSuiteOptions<Opened>) {
  return { ...options, resolutionMs, patienceMs };
}

function isAskedFor({ needs = [], unless }: Rule, able: ReadonlySet<Ability>): boolean {
  return needs.every((ability) => able.has(ability)) && (unless === undefined || !able.has(unless));
}

async function proved<Opened extends OpenedStores>(
  rule: Rule,
  options: TokenStoreSuiteOptions<Opened>,
  able: ReadonlySet<Ability>,
): Promise<void> {
  const opened = await options.open();
  try {
    if (opened.second === undefined && rule.needs?.includes('sharedAcrossInstances')) {
      throw wrong('open() gave no second store; give one, or say capabilities: { sharedAcrossInstances: false }');
    }
    await rule.check({ ...trialOf(opened, options), can: (ability) => able.has(ability) }).catch((cause: unknown) => {
      throw new Error(`This rule of the contract is broken. ${rule.why}`, { cause });
    });
  } finally {
    // What closing has to do is a rule of its own; here it must not hide what the rule at hand has found.
    await Promise.allSettled([closing(opened.store), closing(opened.second)]);
    await options.dispose?.(opened);
  }
}

function trialOf<Opened extends OpenedStores>(
  opened: Opened,
  options: TokenStoreSuiteOptions<Opened>,
): Omit<Trial, 'can'> {
  const { resolutionMs, patienceMs, faults } = withDefaults(options);
  // Drawn, in case the data of an earlier run is still there.
  const run = randomUUID();
  let accounts = 0;
  const passTime = async (ms: number): Promise<void> => {
    if (options.passTime === undefined) await realTime(ms);
    else await options.passTime(ms, opened);
  };
  return {
    store: opened.store,
    second: opened.second ?? opened.store,
    account: () => ({ clientKey: `aw-${run}`, userId: `user-${accounts++}` }),
    shortMs: Math.max(SHORTEST_MS, 2 * resolutionMs),
    passTime,
    eventually: (what, probe) => until({ what, probe, passTime: realTime, patienceMs }),
    inTime: (what, probe) => until({ what, probe, passTime, patienceMs }),
    conclusively,
    cause: async (fault) => {
      await faults?.[fault]?.(opened);
    },
  };
}

async function closing(store: TokenStore | undefined): Promise<void> {
  await store?.close();
}

function wrong(what: string): TypeError {
  return new TypeError(`describeTokenStore: ${what}`);
}
