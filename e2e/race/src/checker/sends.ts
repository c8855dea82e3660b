import type { Entry, Fingerprint } from '../journal/entry.js';
import type { AccountFacts, RequestFacts } from './ledger.js';

/** One attempt to refresh, as its process saw it, and the request that reached TikTok, where one did. */
export interface Send {
  readonly process: string;
  readonly at: number;
  /** What it sent; `undefined` where nobody can say. */
  readonly refreshToken: Fingerprint | undefined;
  /** How it ended, for all that the process knows. */
  readonly heard: Extract<Entry, { readonly kind: 'heard' }> | undefined;
  readonly request: RequestFacts | undefined;
}

/** Each request carries the name of its call, so that it finds the attempt that sent it. */
export function sendsIn(account: AccountFacts): readonly Send[] {
  const sendings = account.of('sending');
  const requests = new Map<number, RequestFacts>();
  for (const request of account.requests) {
    const free = sendings.flatMap(({ from, call, at }, index) =>
      from === request.process && call === request.call && at <= request.at && !requests.has(index) ? [index] : [],
    );
    // The latest; an earlier one whose request was long on its way where that has its own.
    const index = free.at(-1);
    if (index !== undefined) requests.set(index, request);
  }
  return sendings.map(({ from: process, at, call, attempt }, index) => {
    const request = requests.get(index);
    const isOurs = (entry: Entry): boolean => entry.from === process;
    return {
      process,
      at,
      request,
      // A request that never came sent what its process had read last.
      refreshToken:
        request?.refreshToken ??
        account.of('read').findLast((entry) => isOurs(entry) && entry.at <= at)?.record?.refreshToken,
      // One call may refresh twice, where a newer pair that it found has run out; attempts are counted anew then.
      heard: account
        .of('heard')
        .find((entry) => isOurs(entry) && entry.call === call && entry.attempt === attempt && entry.at >= at),
    };
  });
}
