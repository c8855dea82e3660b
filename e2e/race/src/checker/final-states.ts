import type { FinalState } from '../journal/entry.js';
import { lossOf, type Scene } from './loss.js';
import type { Violation } from './violation.js';

/** How one account ended. */
export interface Ending {
  readonly end: 'connected' | 'marked' | 'no record, since Redis lost its data' | 'violated';
  readonly violation: Violation | undefined;
}

/** Judges what an account has when all is over: TikTok's live refresh token, or a mark. The marks are judged elsewhere. */
export function endingOf({ userId, stored }: FinalState, scene: Scene): Ending {
  const { account, ledger } = scene;
  const violated = (kind: Violation['kind'], what: string): Ending => ({
    end: 'violated',
    violation: { kind, userId, what },
  });
  if (stored === null) {
    const lastWrite = account.of('wrote').at(-1);
    if (ledger.wipedBetween(lastWrite?.at ?? Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      return { end: 'no record, since Redis lost its data', violation: undefined };
    }
    return violated('record_lost', `version ${lastWrite?.version} was written, and there is no record`);
  }
  const { refreshToken, live, mark } = stored;
  if (live && mark === undefined) return { end: 'connected', violation: undefined };
  if (live) return violated('false_mark', `${refreshToken} is good, and marked as ${mark}`);
  const loss = lossOf(refreshToken, Number.POSITIVE_INFINITY, scene);
  if (mark === undefined) return violated('neither', `${refreshToken} is dead (${loss}), and not marked`);
  if (loss === 'unexplained' || loss === 'another process has the new pair') {
    return violated('lost_without_cause', `${refreshToken} is dead, and marked as ${mark}`);
  }
  return { end: 'marked', violation: undefined };
}
