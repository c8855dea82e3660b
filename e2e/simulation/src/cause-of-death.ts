import type { AccountFacts, PairFacts } from './account-facts.js';
import { wasForAnother } from './request-facts.js';

/** Why a refresh token is no good any more, as far as somebody who sees everything can say it. */
export type CauseOfDeath =
  | { readonly kind: 'revoked' | 'expired' }
  /** A request spent it, and its answer never came. `process` sent it. */
  | { readonly kind: 'answer_lost'; readonly how: string; readonly process: string; readonly sentAt: number }
  /** The pair it bought was lost with the process that had it. */
  | { readonly kind: 'killed_before_write' | 'given_up' }
  /** The tokens it bought were somebody else's. */
  | { readonly kind: 'other_person' };

/** `undefined` where nothing explains it: then our own code must have lost the pair that it bought. */
export function causeOfDeath(facts: AccountFacts, refreshToken: string, at: number): CauseOfDeath | undefined {
  const pair = facts.pair(refreshToken);
  if (pair !== undefined && facts.revokedAt >= pair.issuedAt) return { kind: 'revoked' };
  if (pair !== undefined && at >= pair.refreshTokenExpiresAt) return { kind: 'expired' };
  for (const request of facts.requestsWith(refreshToken)) {
    const { effect, fate, how, next, process, sentAt } = request;
    if (!effect) continue;
    if (wasForAnother(request)) return { kind: 'other_person' };
    if (fate === 'lost') return { kind: 'answer_lost', how, process, sentAt };
    const bought = heirOf(facts.pair(next), facts);
    if (bought?.fate === 'lost_with_process') return { kind: 'killed_before_write' };
    if (bought?.fate === 'given_up') return { kind: 'given_up' };
  }
  return undefined;
}

/** The pair itself, or that of a sign-in which its process kept in its place. */
function heirOf(pair: PairFacts | undefined, { pairs }: AccountFacts): PairFacts | undefined {
  if (pair?.fate !== 'superseded') return pair;
  return pairs.findLast(({ process, parent }) => process === pair.process && parent === undefined) ?? pair;
}

export function nameOf(cause: CauseOfDeath): string {
  return cause.kind === 'answer_lost' ? `answer lost (${cause.how})` : cause.kind.replaceAll('_', ' ');
}
