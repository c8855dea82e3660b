import type { Entry } from '../journal/entry.js';
import type { Ending } from './final-states.js';
import type { AccountFacts, Ledger } from './ledger.js';
import type { Mark } from './marks.js';
import type { Violation } from './violation.js';

/** How often what happened, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** What the processes did. */
export interface Work {
  /** A token that is served again counts at most four times a second. */
  readonly tokensServed: number;
  readonly signIns: number;
  /** That reached TikTok. */
  readonly refreshRequests: number;
  /** Of these: the refresh token was dead by then. */
  readonly withDeadToken: number;
  readonly refreshTokensSpent: number;
  readonly pairsStored: number;
  /** Of these: over the mark that another process had set meanwhile. */
  readonly storedOverMark: number;
  /** They would have replaced a newer pair. */
  readonly lateWritesRefused: number;
  /** They did. */
  readonly lateWritesDone: number;
}

/** The race in numbers. */
export interface Tally {
  /** What befell the processes, Redis, TikTok and the network. */
  readonly mishaps: Counts;
  readonly work: Work;
  readonly failedCalls: Counts;
  readonly endings: Counts;
  /** How often an account was marked as needing to sign in, by the true cause. */
  readonly losses: Counts;
}

export function tallyOf(
  ledger: Ledger,
  {
    endings,
    marks,
    violations,
  }: {
    readonly endings: readonly Ending[];
    readonly marks: readonly Mark[];
    readonly violations: readonly Violation[];
  },
): Tally {
  const accounts = [...ledger.accounts.values()];
  const total = (count: (account: AccountFacts) => number): number =>
    accounts.reduce((sum, account) => sum + count(account), 0);
  return {
    mishaps: counted(ledger.entries.flatMap(mishapOf)),
    work: {
      tokensServed: total((account) => account.of('served').length),
      signIns: total((account) => account.of('issued').length),
      refreshRequests: total(({ requests }) => requests.length),
      withDeadToken: total(({ requests }) => requests.filter(({ live }) => !live).length),
      refreshTokensSpent: total(({ requests }) => requests.filter(({ ended }) => ended?.effect === true).length),
      pairsStored: total((account) => account.of('wrote').filter((entry) => isRefreshed(entry, account)).length),
      storedOverMark: total((account) => account.of('wrote').filter((entry) => isOverMark(entry, account)).length),
      lateWritesRefused: total(
        (account) => account.of('write_refused').filter((entry) => isLate(entry, account)).length,
      ),
      lateWritesDone: violations.filter(({ kind }) => kind === 'newer_overwritten').length,
    },
    failedCalls: counted(ledger.entries.flatMap((entry) => (entry.kind === 'failed' ? [entry.code] : []))),
    endings: counted(endings.map(({ end }) => end)),
    losses: counted(marks.map(({ loss }) => loss)),
  };
}

function mishapOf(entry: Entry): readonly string[] {
  switch (entry.kind) {
    case 'struck':
      return [`${entry.signal} ${entry.point} (of a refresh)`];
    case 'killed':
      return ['processes killed, in all'];
    case 'stopped':
      return ['processes stopped, in all'];
    case 'redis_up':
      return [`Redis restarted, data ${entry.data}`];
    case 'link':
      return [`link to ${entry.to}: ${entry.how}`];
    case 'fault':
      return [`TikTok: ${entry.how}`];
    case 'disconnected':
      return ['access taken away at TikTok'];
    default:
      return [];
  }
}

type Write = Extract<Entry, { readonly kind: 'wrote' | 'write_refused' }>;

/** It is the write of a pair that a refresh brought, not of a mark or a note. */
function isRefreshed({ refreshToken, mark, doubted }: Write, { pairs }: AccountFacts): boolean {
  return mark === undefined && !doubted && pairs.get(refreshToken)?.parent !== undefined;
}

function isOverMark(entry: Write, account: AccountFacts): boolean {
  const { ifVersion } = entry;
  if (ifVersion === null || !isRefreshed(entry, account)) return false;
  return account.versions.get(ifVersion)?.mark !== undefined;
}

/** Another pair stood there than the one it was bought with. */
function isLate(entry: Write, account: AccountFacts): boolean {
  if (!isRefreshed(entry, account)) return false;
  const found = account
    .of('read')
    .findLast(({ by, from, at }) => by === 'put' && from === entry.from && at <= entry.at)?.record;
  const { refreshToken } = entry;
  const parent = account.pairs.get(refreshToken)?.parent;
  return found !== undefined && found !== null && found.refreshToken !== parent && found.refreshToken !== refreshToken;
}

function counted(names: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
