import type { FinalState } from '../journal/entry.js';
import type { AccountFacts, Ledger } from './ledger.js';
import { type Loss, lossOf } from './loss.js';
import type { Violation } from './violation.js';

/** How one account ended. */
export interface Ending {
  readonly userId: string;
  readonly end: 'connected' | 'marked' | 'no record' | 'violated';
  /** Of an account that is not connected. */
  readonly loss: Loss | undefined;
  readonly violation: Violation | undefined;
}

/** Judges what an account has when all is over: TikTok's live refresh token, or a mark with the true reason. */
export function endingOf(state: FinalState, ledger: Ledger): Ending {
  const account = ledger.account(state.userId);
  const violated = (kind: Violation['kind'], what: string, loss?: Loss): Ending => ({
    userId: state.userId,
    end: 'violated',
    loss,
    violation: { kind, userId: state.userId, what },
  });
  const { stored } = state;
  if (stored === null) {
    const lastWrite = account.of('wrote').at(-1);
    if (lastWrite !== undefined && !ledger.wipedBetween(lastWrite.at, Number.POSITIVE_INFINITY)) {
      return violated('record_lost', `version ${lastWrite.version} was written, and there is no record`);
    }
    return { userId: state.userId, end: 'no record', loss: 'data lost', violation: undefined };
  }
  const { refreshToken, live, mark } = stored;
  if (live && mark === undefined)
    return { userId: state.userId, end: 'connected', loss: undefined, violation: undefined };
  if (live) return violated('false_mark', `${refreshToken} is good, and marked as ${mark}`);
  const loss = lossOf(refreshToken, account, ledger);
  if (mark === undefined) return violated('neither', `${refreshToken} is dead (${loss}), and not marked`, loss);
  if (loss === 'unexplained')
    return violated('lost_without_cause', `${refreshToken} is dead, and marked as ${mark}`, loss);
  const lie = wrongReason(stored, loss, account);
  if (lie !== undefined) return violated('false_reason', lie, loss);
  return { userId: state.userId, end: 'marked', loss, violation: undefined };
}

/** D3: `answer_lost` where an earlier send of this token may have taken effect, as far as it could be known. */
function wrongReason(
  { refreshToken, mark }: NonNullable<FinalState['stored']>,
  loss: Loss,
  account: AccountFacts,
): string | undefined {
  const doubted = account.of('wrote').some((entry) => entry.refreshToken === refreshToken && entry.doubted);
  const marker = account.of('wrote').findLast((entry) => entry.mark !== undefined)?.from;
  const issuedAt = account.pairs.get(refreshToken)?.at ?? Number.NEGATIVE_INFINITY;
  const silences = account
    .of('heard')
    .filter(({ at, outcomeUnknown, errorType }) => at > issuedAt && (outcomeUnknown || errorType === 'SERVER_ERROR'));
  if (mark === 'refused' && loss === 'answer lost' && (doubted || silences.some(({ from }) => from === marker))) {
    return `an answer to ${refreshToken} was lost, and ${marker} knew it, but marked it as refused`;
  }
  if (mark === 'answer_lost' && silences.length === 0) {
    return `${refreshToken} is marked as answer_lost, and every request was answered`;
  }
  return mark === 'open_id_changed' ? 'marked as open_id_changed, which never happened' : undefined;
}
