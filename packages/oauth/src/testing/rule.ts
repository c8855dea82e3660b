import type { AccountKey, Lease, StoredRecord, TokenStore } from '../token-store.js';

/** What not every store can do. */
export type Capability = 'watch' | 'due' | 'sharedAcrossInstances';

/** What not every set-up of a store's tests can make happen. */
export type Fault = 'outage' | 'loseNextAnswer' | 'dropConnections';

/** What a rule may need. */
export type Ability = Capability | Fault;

/** One rule of the contract, and how it is proved. */
export interface Rule {
  /** A sentence whose subject is the group's title. */
  readonly name: string;
  /** What happens to people where a store breaks the rule. */
  readonly why: string;
  /** Without one of these the rule is not asked for. */
  readonly needs?: readonly Ability[];
  /** With this one the rule is not asked for. */
  readonly unless?: Ability;
  readonly check: (trial: Trial) => Promise<void>;
}

export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** What a check has at hand: fresh stores, fresh accounts, and ways to wait that a busy machine does not break. */
export interface Trial {
  readonly store: TokenStore;
  /** Another instance on the same data, where the rule needs one. */
  readonly second: TokenStore;
  /** An account that nobody has used yet. */
  account(): AccountKey;
  /** A span that the store can tell from nothing, short enough to be waited for. In milliseconds. */
  readonly shortMs: number;
  /** Whether the store, and the set-up of its tests, has this ability. */
  can(ability: Ability): boolean;
  passTime(ms: number): Promise<void>;
  /** Until `probe` is true, as real time goes by. */
  eventually(what: string, probe: () => boolean | Promise<boolean>): Promise<void>;
  /** Until `probe` is true, as the store's time goes by. */
  inTime(what: string, probe: () => boolean | Promise<boolean>): Promise<void>;
  /** Repeats `attempt` while it comes to nothing because the machine was too slow for it. */
  conclusively(attempt: () => Promise<'proved' | 'too slow'>): Promise<void>;
  /** Makes one of the faults happen that the set-up knows how to cause. */
  cause(fault: Fault): Promise<void>;
}

export type Acquired = { readonly lease: Lease; readonly found: StoredRecord | null };
