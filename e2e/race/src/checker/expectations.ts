import type { Work } from './tally.js';
import type { Violation } from './violation.js';

/** D2: one account, everybody at once: one request, one token, nobody left out. */
export function unlessOneRequest(
  userId: string,
  {
    tokenRequests,
    tokens,
    failed,
  }: { readonly tokenRequests: number; readonly tokens: number; readonly failed: number },
): readonly Violation[] {
  if (tokenRequests === 1 && tokens === 1 && failed === 0) return [];
  const what = `${tokenRequests} token requests, ${tokens} different tokens, ${failed} callers failed; expected 1, 1 and 0`;
  return [{ kind: 'stampeded', userId, what }];
}

/** D6: of two late pairs one is stored over a mark, and the other gives way. */
export function unlessBothCameRight({
  storedOverMark,
  lateWritesRefused,
}: Pick<Work, 'storedOverMark' | 'lateWritesRefused'>): readonly Violation[] {
  if (storedOverMark === 1 && lateWritesRefused === 1) return [];
  const what = `${storedOverMark} late pairs were stored over a mark, ${lateWritesRefused} gave way to a newer one; expected 1 and 1`;
  return [{ kind: 'late_pair_lost', userId: undefined, what }];
}
