import { fateOf } from './fate.js';
import type { AccountFacts, Ledger } from './ledger.js';
import type { Violation } from './violation.js';

/** The share of an access token's life before which no refresh is right: a pair may be long on its way to be stored. */
const EARLY = 0.5;
/** What a call may fail with while TikTok, Redis and the network do. */
const EXPECTED_FAILURES =
  /^(NETWORK_ERROR|TIMEOUT_ERROR|SERVER_ERROR|RATE_LIMIT_ERROR|CIRCUIT_OPEN|TOKEN_EXPIRED sign_in_needed|AUTH_ERROR not_connected|TOKEN_STORE_ERROR (unreachable|timeout|redis_error|contended|lease_lost))\b/;

type Rule = (account: AccountFacts, ledger: Ledger) => readonly Violation[];

/** D5: a pair that reaches a process is written, for as long as the process lives; what it could not store it names. */
const noPairIsDropped: Rule = (account, ledger) => {
  const bySignIn = account.of('signed_in').map(({ from, at, refreshToken }) => ({ process: from, at, refreshToken }));
  const byRefresh = account.sends.flatMap(({ process, heard, request }) => {
    const refreshToken = request?.ended?.pair?.refreshToken;
    return heard?.outcome === 'success' && refreshToken !== undefined ? [{ process, at: heard.at, refreshToken }] : [];
  });
  return [...bySignIn, ...byRefresh]
    .filter((reached) => fateOf(reached, account, ledger) === 'dropped')
    .map(({ process, refreshToken }) =>
      violation(account, 'pair_dropped', `${process} had ${refreshToken}, and it was never stored`),
    );
};

/** D6: a write compares, and so each version is replaced once. */
const noVersionIsReplacedTwice: Rule = (account, ledger) => {
  const wrote = account.of('wrote');
  return wrote.flatMap((entry, index) => {
    const other = wrote.slice(0, index).findLast(({ ifVersion }) => ifVersion === entry.ifVersion);
    if (other === undefined) return [];
    if (entry.ifVersion === null && ledger.wipedBetween(other.at, entry.at)) return [];
    const what = `${other.from} and ${entry.from} both wrote over ${entry.ifVersion ?? 'no record'}`;
    return [violation(account, 'replaced_twice', what)];
  });
};

/** D6: a refreshed pair takes the place of what it was bought with, a mark that of its own pair, and of nothing else. */
const noNewerPairIsOverwritten: Rule = (account) =>
  account.of('wrote').flatMap(({ from, refreshToken, ifVersion, mark, doubted }) => {
    const parent = account.pairs.get(refreshToken)?.parent;
    const before = ifVersion === null ? undefined : account.versions.get(ifVersion)?.refreshToken;
    if (before === refreshToken) return [];
    const isNote = mark !== undefined || doubted;
    if (!isNote && parent === undefined) {
      // A sign-in wins over what was there, but not over what came of it.
      const isOlder = before !== undefined && account.descends(refreshToken, before);
      return isOlder
        ? [violation(account, 'newer_overwritten', `${from} wrote ${refreshToken} over ${before}, which came of it`)]
        : [];
    }
    if (before === undefined)
      return [violation(account, 'resurrected', `${from} wrote ${refreshToken} where there was no record`)];
    if (!isNote && before === parent) return [];
    return [violation(account, 'newer_overwritten', `${from} wrote ${refreshToken} over ${before}`)];
  });

/** What was acknowledged is there from then on. */
const noReadIsStale: Rule = (account, ledger) => {
  const wrote = account.of('wrote');
  const replacedAt = new Map(wrote.map(({ ifVersion, at }) => [ifVersion, at]));
  return account.of('read').flatMap(({ from, since, at, record }) => {
    if (record === null) {
      const before = wrote.findLast((entry) => entry.at < since);
      const isLost = before !== undefined && !ledger.wipedBetween(before.at, at);
      return isLost ? [violation(account, 'record_lost', `${from} found no record, and none was lost`)] : [];
    }
    const until = replacedAt.get(record.version) ?? Number.POSITIVE_INFINITY;
    return since > until
      ? [violation(account, 'stale_read', `${from} found version ${record.version}, replaced before`)]
      : [];
  });
};

/** D2, D3: nobody sends what it knows to be spent. */
const noSpentTokenIsSent: Rule = (account) =>
  account.sends.flatMap(({ process, at, refreshToken }) => {
    if (refreshToken === undefined) return [];
    const seen = account.of('read', 'writing').flatMap((entry) => {
      const token = entry.kind === 'read' ? entry.record?.refreshToken : entry.refreshToken;
      return entry.from === process && entry.at < at && token !== undefined ? [token] : [];
    });
    const given = account.sends.flatMap(({ process: other, heard, request }) => {
      const token = heard?.outcome === 'success' && heard.at < at ? request?.ended?.pair?.refreshToken : undefined;
      return other === process && token !== undefined ? [token] : [];
    });
    const successor = [...seen, ...given].find((token) => account.descends(refreshToken, token));
    if (successor === undefined) return [];
    return [
      violation(
        account,
        'spent_token_sent',
        `${process} sent ${refreshToken}, and knew ${successor}, which came of it`,
      ),
    ];
  });

const noDeadTokenIsServed: Rule = (account, ledger) =>
  account.of('served').flatMap(({ from, since, accessToken }) => {
    const pair = account.byAccessToken.get(accessToken);
    if (pair === undefined)
      return [violation(account, 'dead_token_served', `${from} served ${accessToken}, which is not this user's`)];
    const life = pair.accessTokenExpiresAt - pair.at;
    if (since <= pair.at || ledger.passed(pair.at, since) <= life) return [];
    return [violation(account, 'dead_token_served', `${from} served ${accessToken}, which had run out`)];
  });

/** D1, D2: a pair that is good and not due is left alone, by every process. */
const nothingIsRefreshedEarly: Rule = (account, ledger) =>
  account.requests.flatMap(({ process, at, refreshToken, ended }) => {
    const pair = account.pairs.get(refreshToken);
    if (pair === undefined || ended?.effect !== true) return [];
    const isYoung = ledger.passed(pair.at, at) < (pair.accessTokenExpiresAt - pair.at) * EARLY;
    const wasRejected = account.of('rejected').some((entry) => entry.at >= pair.at && entry.at <= at);
    if (!isYoung || wasRejected) return [];
    return [
      violation(account, 'refreshed_early', `${process} spent ${refreshToken} though its access token was not due`),
    ];
  });

const noCallFailsForAnotherReason: Rule = (account) =>
  account
    .of('failed')
    .filter(({ code }) => !EXPECTED_FAILURES.test(code))
    .map(({ from, code }) => violation(account, 'unexpected_error', `a call of ${from} failed with ${code}`));

const RULES: readonly Rule[] = [
  noPairIsDropped,
  noVersionIsReplacedTwice,
  noNewerPairIsOverwritten,
  noReadIsStale,
  noSpentTokenIsSent,
  noDeadTokenIsServed,
  nothingIsRefreshedEarly,
  noCallFailsForAnotherReason,
];

/** What an account went through, by every rule. */
export function violationsOf(account: AccountFacts, ledger: Ledger): readonly Violation[] {
  return RULES.flatMap((rule) => rule(account, ledger));
}

function violation({ userId }: AccountFacts, kind: Violation['kind'], what: string): Violation {
  return { kind, userId, what };
}
