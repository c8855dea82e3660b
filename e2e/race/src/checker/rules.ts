import type { AccountFacts, Ledger } from './ledger.js';
import type { Violation } from './violation.js';

/** What may lie between TikTok's clock and a process's word, in microseconds. */
const ROUNDING_US = 250_000;
/** The share of an access token's life before which no refresh is right: a pair may be long on its way to be stored. */
const EARLY = 0.5;
/** What a call may fail with while TikTok, Redis and the network do. */
const EXPECTED_FAILURES =
  /^(NETWORK_ERROR|TIMEOUT_ERROR|SERVER_ERROR|RATE_LIMIT_ERROR|CIRCUIT_OPEN|TOKEN_EXPIRED sign_in_needed|AUTH_ERROR not_connected|TOKEN_STORE_ERROR (unreachable|timeout|redis_error|contended|lease_lost|store_timeout))\b/;

type Rule = (account: AccountFacts, ledger: Ledger) => readonly Violation[];

/** D5: a pair that reaches a process that lives is written, or its user is named when the process closes. */
const noPairIsDropped: Rule = (account, ledger) => {
  const processes = new Set(account.of('heard').map(({ from }) => from));
  return [...processes].flatMap((process) => {
    const heard = account.of('heard').filter(({ from, outcome }) => from === process && outcome === 'success');
    const begun = new Set(
      account
        .of('writing')
        .flatMap((entry) =>
          entry.from === process &&
          account.pairs.get(entry.refreshToken)?.parent !== undefined &&
          account.pairs.get(entry.refreshToken)?.process === process
            ? [entry.refreshToken]
            : [],
        ),
    );
    const violations: Violation[] = [];
    if (heard.length > begun.size && !ledger.killedAfter(process, heard.at(-1)?.at ?? 0)) {
      violations.push(
        violation(account, 'pair_dropped', `${process} was given ${heard.length} pairs and wrote ${begun.size}`),
      );
    }
    return violations;
  });
};

/** D5: what could not be stored is named by `close()`. */
const nothingIsGivenUpInSilence: Rule = (account, ledger) =>
  [...new Set(account.of('writing').map(({ from }) => from))].flatMap((process) => {
    const { closed } = ledger.process(process);
    const last = account
      .of('writing', 'wrote', 'write_refused', 'write_failed')
      .findLast(({ from }) => from === process);
    if (closed === undefined || last === undefined || closed.unsaved.includes(account.userId)) return [];
    // Marks and notes are not the only copy of anything.
    if (last.mark !== undefined || last.doubted) return [];
    if (last.kind === 'wrote' || last.kind === 'write_refused') return [];
    // A write whose answer was lost may have landed all the same.
    const landed = [...account.versions.values()].some(({ refreshToken }) => refreshToken === last.refreshToken);
    return landed
      ? []
      : [violation(account, 'closed_in_silence', `${process} closed with ${last.refreshToken} unsaved`)];
  });

/** D6: a write compares. A refreshed pair takes the place of what it was bought with, and of nothing else. */
const noNewerPairIsOverwritten: Rule = (account) =>
  account.of('wrote').flatMap(({ from, refreshToken, ifVersion }) => {
    const pair = account.pairs.get(refreshToken);
    if (pair?.parent === undefined) return [];
    if (ifVersion === null)
      return [violation(account, 'resurrected', `${from} wrote ${refreshToken} where there was no record`)];
    const before = account.versions.get(ifVersion)?.refreshToken;
    if (before === refreshToken || before === pair.parent) return [];
    return [
      violation(
        account,
        'newer_overwritten',
        `${from} wrote ${refreshToken}, bought with ${pair.parent}, over ${before}`,
      ),
    ];
  });

/** What was acknowledged is there from then on. */
const noReadIsStale: Rule = (account, ledger) => {
  const overwrittenAt = new Map(account.of('wrote').map(({ ifVersion, at }) => [ifVersion, at]));
  const firstWrite = account.of('wrote')[0];
  return account.of('read').flatMap(({ from, since, at, record }) => {
    if (record === null) {
      const acknowledged = firstWrite !== undefined && firstWrite.at < since && !ledger.wipedBetween(firstWrite.at, at);
      return acknowledged ? [violation(account, 'record_lost', `${from} found no record, and none was lost`)] : [];
    }
    const until = overwrittenAt.get(record.version) ?? Number.POSITIVE_INFINITY;
    return since > until
      ? [violation(account, 'stale_read', `${from} found version ${record.version}, overwritten before`)]
      : [];
  });
};

/**
 * D2, D3: nobody sends what it knows to be spent. A request may be long on its way, so what counts is how often a token
 * was sent before its successor was known.
 */
const noSpentTokenIsSent: Rule = (account) => {
  const senders = new Map<string, { readonly process: string; readonly refreshToken: string; count: number }>();
  for (const { process, refreshToken } of account.requests) {
    const key = `${process} ${refreshToken}`;
    const sender = senders.get(key) ?? { process, refreshToken, count: 0 };
    sender.count += 1;
    senders.set(key, sender);
  }
  return [...senders.values()].flatMap(({ process, refreshToken, count }) => {
    const known = account.of('read', 'writing').flatMap((entry) => {
      const token = entry.kind === 'read' ? entry.record?.refreshToken : entry.refreshToken;
      return entry.from === process && token !== undefined ? [{ at: entry.at, token }] : [];
    });
    const since = known.find(({ token }) => token === refreshToken)?.at ?? Number.NEGATIVE_INFINITY;
    const until = known.find(({ token }) => account.descends(refreshToken, token))?.at;
    if (until === undefined) return [];
    const sent = account.of('sending').filter(({ from, at }) => from === process && at >= since && at < until).length;
    return count > sent
      ? [
          violation(
            account,
            'spent_token_sent',
            `${process} sent ${refreshToken} ${count} times, ${count - sent} of them after it knew what came of it`,
          ),
        ]
      : [];
  });
};

const noDeadTokenIsServed: Rule = (account) =>
  account.of('served').flatMap(({ from, since, accessToken }) => {
    const pair = account.byAccessToken.get(accessToken);
    if (pair === undefined)
      return [violation(account, 'dead_token_served', `${from} served ${accessToken}, which is not this user's`)];
    if (since <= pair.accessTokenExpiresAt + ROUNDING_US) return [];
    return [violation(account, 'dead_token_served', `${from} served ${accessToken}, which had run out`)];
  });

/** D1, D2: a pair that is good and not due is left alone, by every process. */
const nothingIsRefreshedEarly: Rule = (account) =>
  account.requests.flatMap(({ process, at, refreshToken, ended }) => {
    const pair = account.pairs.get(refreshToken);
    if (pair === undefined || ended?.effect !== true) return [];
    const isYoung = at - pair.at < (pair.accessTokenExpiresAt - pair.at) * EARLY;
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
  nothingIsGivenUpInSilence,
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

/** What the processes did beside their accounts. */
export function misconductIn(ledger: Ledger): readonly Violation[] {
  return ledger.entries.flatMap((entry): readonly Violation[] => {
    if (entry.kind === 'unexpected')
      return [{ kind: 'unexpected_error', userId: undefined, what: `${entry.from}: ${entry.error}` }];
    if (entry.kind === 'crashed')
      return [{ kind: 'crashed', userId: undefined, what: `${entry.process} ${entry.how}` }];
    if (entry.kind === 'closed' && entry.openCalls > 0) {
      return [
        {
          kind: 'unanswered_call',
          userId: undefined,
          what: `${entry.from} closed with ${entry.openCalls} calls unanswered`,
        },
      ];
    }
    return [];
  });
}

function violation({ userId }: AccountFacts, kind: Violation['kind'], what: string): Violation {
  return { kind, userId, what };
}
