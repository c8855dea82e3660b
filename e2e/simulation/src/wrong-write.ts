import type { PairFacts } from './account-facts.js';
import { CLOCKS_MS } from './conditions.js';
import type { Happening } from './happening.js';
import type { Records } from './records.js';

type Wrote = Extract<Happening, { kind: 'wrote' }>;

/** What is wrong with the place that a write took (D6). */
export function wrongWrite(
  { userId, refreshToken, before, live }: Wrote,
  records: Records,
): 'stranger_stored' | 'resurrected' | 'wrong_pair_overwritten' | undefined {
  const facts = records.of(userId);
  const pair = facts.pair(refreshToken);
  if (pair === undefined) return 'stranger_stored';
  if (before === null) return isBackAgain(pair, facts.clearedAt, records) ? 'resurrected' : undefined;
  if (before.refreshToken === refreshToken) return undefined;
  if (before.live && !live) return 'wrong_pair_overwritten';
  if (pair.parent !== undefined) return pair.parent === before.refreshToken ? undefined : 'wrong_pair_overwritten';
  // A sign-in may replace anything that is not later, or no good.
  const other = facts.pair(before.refreshToken);
  const isLater = other !== undefined && other.arrivedAt > pair.arrivedAt + CLOCKS_MS;
  return before.live && isLater ? 'wrong_pair_overwritten' : undefined;
}

/** Whether it came before the account was deleted, and its process could know of that. */
function isBackAgain(
  { parent, arrivedAt, metAnotherAt, process }: PairFacts,
  clearedAt: number,
  records: Records,
): boolean {
  if (parent !== undefined) return true;
  if (arrivedAt >= clearedAt) return false;
  // A process that was away may have missed the message; but where a record stood since the person signed in, and none
  // stands now, it was deleted.
  const met = metAnotherAt !== undefined && metAnotherAt < clearedAt;
  return met || !records.wasAwaySince(arrivedAt, process);
}
