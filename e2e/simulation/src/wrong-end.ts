import { causeOfDeath } from './cause-of-death.js';
import { CLOCKS_MS, DAY_MS } from './conditions.js';
import type { FinalState } from './happening.js';
import type { Records } from './records.js';

export interface WrongEnd {
  readonly kind: 'resurrected' | 'neither' | 'false_mark';
  readonly what: string;
}

/** What is wrong with how an account ended: connected with TikTok's live refresh token, or rightly marked, or gone. */
export function wrongEnd({ userId, stored, expected }: FinalState, at: number, records: Records): WrongEnd | undefined {
  const facts = records.of(userId);
  if (expected === 'nothing') {
    if (stored === null || facts.cameBack) return undefined;
    return { kind: 'resurrected', what: `stored: ${stored.refreshToken}` };
  }
  if (stored === null) {
    // D6: a record outlives its refresh token by a day.
    const last = facts.pair(facts.stored);
    const forgotten = last !== undefined && at > last.refreshTokenExpiresAt + DAY_MS - CLOCKS_MS;
    return forgotten || facts.lastPairWasLost ? undefined : { kind: 'neither', what: 'nothing is stored' };
  }
  const { signInNeeded, live, refreshToken } = stored;
  if (signInNeeded === undefined) {
    return live ? undefined : { kind: 'neither', what: `a dead pair, unmarked: ${refreshToken}` };
  }
  if (live) return { kind: 'false_mark', what: `${signInNeeded}, though ${refreshToken} is good` };
  if (causeOfDeath(facts, refreshToken, at) !== undefined) return undefined;
  return { kind: 'false_mark', what: `${signInNeeded}, and nothing explains it` };
}
