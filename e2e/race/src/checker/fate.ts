import type { Fingerprint } from '../journal/entry.js';
import type { AccountFacts, Ledger } from './ledger.js';

/** What became of a pair in the process that got it. */
export type Fate =
  | 'stored'
  /** The account had other tokens by then, or none any more. */
  | 'gave way'
  /** The process was killed while it was about to store it. */
  | 'killed before the write'
  /** The process closed, and named its user (D5). */
  | 'given up by name'
  /** It was let go for no reason that is allowed. */
  | 'dropped';

/** How long a process may run, in microseconds, from the answer to the write that stores it. */
const UNTIL_WRITING_US = 5_000_000;
/** For how long one write may be under way. */
const WRITING_US = 8_000_000;
/** How long a process may rest before it tries a write again: the longest wait, and a write that is under way. */
const UNTIL_AGAIN_US = 15_000_000;

/** @param reached The pair's refresh token, and when and where it reached one of our processes. */
export function fateOf(
  { refreshToken, process, at }: { readonly refreshToken: Fingerprint; readonly process: string; readonly at: number },
  account: AccountFacts,
  ledger: Ledger,
): Fate {
  const landed = [...account.versions.values()].some((record) => record.refreshToken === refreshToken);
  if (landed) return 'stored';
  const facts = ledger.process(process);
  const own = account.of('writing', 'write_failed', 'write_refused').filter((entry) => entry.from === process);
  const last = own.findLast((entry) => entry.refreshToken === refreshToken);
  if (last?.kind === 'write_refused') return 'gave way';
  // A sign-in in the same process takes its place.
  const signedIn = account.of('signed_in').some((entry) => entry.from === process && entry.at > at);
  if (signedIn) return 'gave way';
  if (facts.closed?.unsaved.includes(account.userId) === true) return 'given up by name';
  if (!facts.killedAfter(at) || facts.killedAt === undefined) return 'dropped';
  const ranFor = facts.ranFor(last?.at ?? at, facts.killedAt);
  const mayTakeUs = last === undefined ? UNTIL_WRITING_US : last.kind === 'writing' ? WRITING_US : UNTIL_AGAIN_US;
  return ranFor <= mayTakeUs ? 'killed before the write' : 'dropped';
}
