import type { Counts, Work } from './checker/tally.js';
import { type RaceResult, verdictsOf } from './race.js';

/** A summary of one race; where something was violated, everything that happened to the accounts concerned. */
export function reportOf(result: RaceResult): string {
  const { options, stampede, lateHolders, hammer, tookMs } = result;
  const { processes, accounts, seconds } = options;
  const { tokenRequests, served, failed, tokens, delayMs, lastAfterMs, redisCommands } = stampede;
  const commands = Object.values(redisCommands).reduce((sum, count) => sum + count, 0);
  return [
    `stampede: ${served + failed.length} callers in 20 processes, one account whose token has run out`,
    ...rows({
      'token requests': tokenRequests,
      'callers served': served,
      'callers failed': failed.length,
      'different tokens': tokens,
      'last caller served after, ms': Math.round(lastAfterMs),
      'of which TikTok took, ms': delayMs,
      'Redis commands': commands,
    }),
    `    of these: ${Object.entries(redisCommands)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
    '',
    'late holders: stopped for longer than their lease, with the answer to their refresh on its way',
    ...rows(inWords(lateHolders.verdict.tally.work)),
    '',
    `hammer: ${processes} processes, ${accounts} accounts, ${seconds} s`,
    ...section('what went wrong on purpose', hammer.tally.mishaps),
    ...section('what the processes did', inWords(hammer.tally.work)),
    ...section('calls that failed', hammer.tally.failedCalls),
    ...section('accounts in the end', hammer.tally.endings),
    ...section('marks that say "sign in again", by the true cause', hammer.tally.losses),
    '',
    ...violationsIn(result),
    verdictOf(result, tookMs),
  ].join('\n');
}

function violationsIn(result: RaceResult): readonly string[] {
  return verdictsOf(result).flatMap(({ of, violations, histories }) => [
    ...violations.map(({ kind, userId, what }) => `VIOLATION ${kind} (${of}) ${userId ?? ''}: ${what}`),
    ...histories.map(({ userId, history }) => `\n${of}, everything that happened to ${userId}:\n${history}\n`),
  ]);
}

function verdictOf(result: RaceResult, tookMs: number): string {
  const count = verdictsOf(result).reduce((sum, { violations }) => sum + violations.length, 0);
  const { seed, processes, accounts, seconds } = result.options;
  const again = `npm run race -- --seed ${seed} --processes ${processes} --accounts ${accounts} --seconds ${seconds}`;
  return `${count === 0 ? 'no violation' : `${count} VIOLATIONS`} in ${Math.round(tookMs / 1_000)} s; again: ${again}`;
}

function inWords(work: Work): Counts {
  return {
    'tokens served (one that is served again counts at most four times a second)': work.tokensServed,
    'sign-ins': work.signIns,
    'refresh requests that reached TikTok': work.refreshRequests,
    '  of these with a refresh token that was dead by then': work.withDeadToken,
    'refresh tokens spent': work.refreshTokensSpent,
    'pairs stored': work.pairsStored,
    '  of these over the mark that another process had set meanwhile': work.storedOverMark,
    'late writes that would have replaced a newer pair: refused': work.lateWritesRefused,
    'late writes that did': work.lateWritesDone,
  };
}

function section(title: string, counts: Counts): readonly string[] {
  return ['', `  ${title}`, ...rows(counts)];
}

function rows(counts: Counts): readonly string[] {
  const entries = Object.entries(counts);
  if (entries.length === 0) return ['    none'];
  return entries.map(([name, count]) => `    ${String(count).padStart(7)}  ${name}`);
}
