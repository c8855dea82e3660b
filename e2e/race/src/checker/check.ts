import type { Entry, FinalState } from '../journal/entry.js';
import { endingOf } from './final-states.js';
import { Ledger } from './ledger.js';
import { marksOf } from './marks.js';
import { misconductIn } from './misconduct.js';
import { violationsOf } from './rules.js';
import { type Tally, tallyOf } from './tally.js';
import type { Violation } from './violation.js';

/** How many accounts are told with their histories. */
const MOST_HISTORIES = 5;

export interface Verdict {
  readonly tally: Tally;
  readonly violations: readonly Violation[];
  /** What happened to the accounts that were violated, or to the first of them. */
  readonly histories: readonly { readonly userId: string; readonly history: string }[];
}

/** Judges a race by what its programs wrote down, and by what every account has in the end. */
export function check(entries: readonly Entry[], states: readonly FinalState[]): Verdict {
  const ledger = new Ledger(entries);
  const endings = states.map((state) => endingOf(state, { account: ledger.account(state.userId), ledger }));
  const accounts = [...ledger.accounts.values()];
  const marks = accounts.flatMap((account) => marksOf({ account, ledger }));
  const violations = [
    ...[...endings, ...marks].flatMap(({ violation }) => violation ?? []),
    ...accounts.flatMap((account) => violationsOf(account, ledger)),
    ...misconductIn(ledger),
  ];
  const concerned = [...new Set(violations.flatMap(({ userId }) => userId ?? []))].slice(0, MOST_HISTORIES);
  return {
    tally: tallyOf(ledger, { endings, marks, violations }),
    violations,
    histories: concerned.map((userId) => ({ userId, history: ledger.account(userId).history() })),
  };
}
