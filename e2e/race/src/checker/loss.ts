import type { Fingerprint } from '../journal/entry.js';
import { fateOf } from './fate.js';
import type { AccountFacts, Ledger, RequestFacts } from './ledger.js';

/** Why a refresh token is no good, as far as somebody who saw everything can say it. */
export type Loss =
  /** The person took the access away. */
  | 'access taken away at TikTok'
  /** TikTok answered, and the process was killed before its write landed. */
  | 'killed before the write'
  /** TikTok spent it, and the answer never left whole, or was lost by the network. */
  | 'answer lost on the way'
  /** The process closed before it could store what came, and named the user. */
  | 'given up by name'
  /** Redis had lost the record, and the pair that came for it was taken back at TikTok (D6). */
  | 'all data of Redis lost'
  /** Nothing is lost: another process has the new pair, and stores it or gives way in its time. */
  | 'another process has the new pair'
  /** No cause that is allowed. */
  | 'unexplained';

/** How long an answer may be on its way from TikTok to a process on a busy machine, in microseconds. */
const ON_ITS_WAY_US = 1_000_000;

/** @param at When it was found out that it is no good. */
export function lossOf(refreshToken: Fingerprint, at: number, { account, ledger }: Scene): Loss {
  const presented = account.requests.filter((request) => request.refreshToken === refreshToken);
  const spending =
    presented.find(({ ended }) => ended?.pair !== undefined) ??
    presented.find(({ ended }) => ended?.effect === true) ??
    // Beside TikTok a request that never ended looks as if it had had no effect.
    presented.find(({ live, ended }) => live && ended === undefined);
  if (spending !== undefined) return lossBy(spending, at, { account, ledger });
  const askedAt = account.pairs.get(refreshToken)?.askedAt ?? Number.POSITIVE_INFINITY;
  if (account.of('disconnected').some((entry) => entry.at > askedAt)) return 'access taken away at TikTok';
  const wasOrphaned = account
    .of('revoke_request')
    .some((entry) => entry.at > askedAt && isOfOrphan(entry, { account, ledger }));
  return wasOrphaned ? 'all data of Redis lost' : 'unexplained';
}

/** One account, among everything that was seen. */
export interface Scene {
  readonly account: AccountFacts;
  readonly ledger: Ledger;
}

function lossBy(request: RequestFacts, at: number, { account, ledger }: Scene): Loss {
  const { process, ended } = request;
  const facts = ledger.process(process);
  const send = account.sends.find((candidate) => candidate.request === request);
  const heard = send?.heard;
  // It may have been killed while its request was on its way.
  const wasKilled = facts.killedAfter(send?.at ?? request.at);
  const pair = ended?.pair;
  if (pair === undefined)
    return heard === undefined && wasKilled ? 'killed before the write' : 'answer lost on the way';
  const { refreshToken } = pair;
  if (heard?.outcome === 'success') {
    const fate = fateOf({ refreshToken, process, at: heard.at }, account, ledger);
    if (fate === 'killed before the write' || fate === 'given up by name') return fate;
    const storedAt = account.of('wrote').find((entry) => entry.refreshToken === refreshToken)?.at;
    const isLater = fate === 'gave way' || (storedAt !== undefined && storedAt > at);
    return isLater && fate !== 'dropped' ? 'another process has the new pair' : 'unexplained';
  }
  if (heard === undefined) return wasKilled ? 'killed before the write' : 'unexplained';
  // It had given up by the time the answer left, or about then.
  if (heard.at <= (ended?.at ?? 0) + ON_ITS_WAY_US) return 'answer lost on the way';
  return facts.wasCutOff(request.at - ON_ITS_WAY_US, heard.at) ? 'answer lost on the way' : 'unexplained';
}

/** D6: Redis had lost the record that the pair was bought for, and the process had just found that out. */
function isOfOrphan(
  { process, at, accessToken }: { readonly process: string; readonly at: number; readonly accessToken: Fingerprint },
  { account, ledger }: Scene,
): boolean {
  const orphan = account.byAccessToken.get(accessToken);
  const wasStored = account.of('wrote').some((entry) => entry.refreshToken === orphan?.refreshToken);
  const foundNone = account
    .of('read')
    .some((read) => read.by === 'put' && read.from === process && read.at <= at && read.record === null);
  return !wasStored && foundNone && ledger.wipedBetween(Number.NEGATIVE_INFINITY, at);
}
