import type { Fingerprint } from '../journal/entry.js';
import type { AccountFacts, Ledger, RequestFacts } from './ledger.js';

/** Why a refresh token is no good, as far as somebody who saw everything can say it. */
export type Loss =
  /** The person took the access away. */
  | 'revoked at TikTok'
  /** TikTok answered, and the process was killed before its write landed. */
  | 'killed before the write'
  /** TikTok answered, and the answer never reached the process. */
  | 'answer lost'
  /** Redis had lost the account's record, and the pair that came for it was taken back at TikTok (D6). */
  | 'data lost'
  /** No cause that is allowed. */
  | 'unexplained';

export function lossOf(refreshToken: Fingerprint, account: AccountFacts, ledger: Ledger): Loss {
  const spending = account.requests.find(
    (request) => request.refreshToken === refreshToken && request.ended?.effect === true,
  );
  if (spending !== undefined) return lossBy(spending, account, ledger);
  const issuedAt = account.pairs.get(refreshToken)?.at ?? Number.POSITIVE_INFINITY;
  if (account.of('disconnected').some(({ at }) => at > issuedAt)) return 'revoked at TikTok';
  const taken = account.of('revoke_request').find(({ at }) => at > issuedAt);
  if (taken !== undefined && ledger.wipedBetween(Number.NEGATIVE_INFINITY, taken.at)) return 'data lost';
  // Beside TikTok a request that never ended looks as if it had had no effect.
  const unfinished = account.requests.find(
    (request) => request.refreshToken === refreshToken && request.ended === undefined,
  );
  return unfinished === undefined ? 'unexplained' : lossBy(unfinished, account, ledger);
}

function lossBy({ process, at, ended }: RequestFacts, account: AccountFacts, ledger: Ledger): Loss {
  const bought = ended?.pair?.refreshToken;
  const wrote = bought !== undefined && account.of('wrote').some((entry) => entry.refreshToken === bought);
  // It stood in the store once, and the spent token stands there now.
  if (wrote) return 'unexplained';
  const tried = bought !== undefined && account.of('writing').some((entry) => entry.refreshToken === bought);
  if (ledger.killedAfter(process, at)) return 'killed before the write';
  return tried ? 'unexplained' : 'answer lost';
}
