import type { PairFacts } from './account-facts.js';
import { CLOCKS_MS } from './conditions.js';
import type { Happening } from './happening.js';
import { FIRST_WRITE_MS } from './limits.js';
import type { Records } from './records.js';

/** A pair whose access token would have served a call that failed. */
export interface Withheld {
  readonly kind: 'pair_withheld' | 'token_withheld';
  readonly pair: PairFacts;
}

/** What is valid is served: what a process could not store (D5), and what stands in the store (D4). */
export function withheldFrom(failed: Extract<Happening, { kind: 'failed' }>, records: Records): readonly Withheld[] {
  const { userId, process, since, rejected, at } = failed;
  const facts = records.of(userId);
  const serves = (pair: PairFacts): boolean =>
    pair.accessToken !== rejected && at < pair.accessTokenExpiresAt - CLOCKS_MS;
  const withheld: Withheld[] = [];
  const unsaved = facts.pairs.find(
    (pair) =>
      pair.fate === 'kept' &&
      pair.process === process &&
      serves(pair) &&
      since > Math.max(pair.arrivedAt, records.wentOnAt(process)) + FIRST_WRITE_MS,
  );
  if (unsaved !== undefined) withheld.push({ kind: 'pair_withheld', pair: unsaved });
  const stands = facts.pair(facts.stored);
  // Longer than what a process has in memory can differ from it.
  const stoodLong = stands?.storedAt !== undefined && stands.storedAt < since - CLOCKS_MS && serves(stands);
  const inTheWay = records.hinderedSince(since, facts, [process]) || records.closingSince(process) <= at;
  if (stoodLong && !inTheWay) withheld.push({ kind: 'token_withheld', pair: stands });
  return withheld;
}
