import { describeConditions } from './conditions.js';
import type { SimulationResult } from './simulate.js';
import type { Counts, Numbers } from './tally.js';

/** The share of its life after which a token is due on average (D1): a tenth before the end, and half of the jitter. */
const DUE_AFTER = 0.895;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** A line for each run, the sums of all, and every violation with its history. */
export function reportOf(results: readonly SimulationResult[]): string {
  const sums = results.map(({ numbers }) => numbers);
  return [
    ...results.map(lineOf),
    '',
    'refresh requests in a year of an account that is never without a valid token:',
    ...refreshRates(results),
    listOf('refresh tokens that were spent for nothing, by what became of the answer', sums, 'lostRotations'),
    listOf('accounts marked as needing to sign in: the reason given, and the truth', sums, 'marks'),
    listOf('valid tokens served although a refresh was due or the store was gone, by why', sums, 'servedAnyway'),
    listOf('calls that failed, by code', sums, 'failed'),
    listOf('how the accounts ended', sums, 'ends'),
    ...results.flatMap(violationsOf),
    '',
    verdictOf(results),
  ].join('\n');
}

export function violationsOf({ seed, accounts, violations }: SimulationResult): readonly string[] {
  return violations.map(
    ({ kind, at, userId, what, history }) =>
      `\nVIOLATION ${kind} (seed ${seed} of ${accounts} accounts) ${new Date(at).toISOString()} ${userId ?? ''}: ${what}\n${history}`,
  );
}

function lineOf({ seed, conditions, numbers, violations, tookMs }: SimulationResult): string {
  const { calls, refreshRequests, pairs, signIns, servedDead } = numbers;
  return [
    `seed ${seed}:`,
    `${violations.length} violations;`,
    `${describeConditions(conditions)};`,
    `${calls} calls, ${refreshRequests} refresh requests for ${pairs} pairs, ${signIns} sign-ins,`,
    `${servedDead} tokens served that TikTok had ended;`,
    `${(tookMs / 1000).toFixed(1)} s`,
  ].join(' ');
}

function refreshRates(results: readonly SimulationResult[]): readonly string[] {
  const lives = new Set(results.map(({ conditions }) => conditions.accessTokenLifeMs));
  return [...lives].map((lifeMs) => {
    const runs = results.filter(({ conditions }) => conditions.accessTokenLifeMs === lifeMs);
    const requests = runs.reduce((sum, { numbers }) => sum + numbers.constant.requests, 0);
    const heldMs = runs.reduce((sum, { numbers }) => sum + numbers.constant.heldMs, 0);
    const pairs = runs.reduce((sum, { numbers }) => sum + numbers.constant.pairs, 0);
    const perYear = (count: number): string => ((count / heldMs) * YEAR_MS).toFixed(0);
    const ideal = (YEAR_MS / (DUE_AFTER * lifeMs)).toFixed(0);
    return `  ${lifeMs / 3_600_000} h tokens: ${perYear(requests)} for ${perYear(pairs)} pairs; without any fault ${ideal}`;
  });
}

type CountsOf = { [Name in keyof Numbers]: Numbers[Name] extends Counts ? Name : never }[keyof Numbers];

function listOf(title: string, sums: readonly Numbers[], name: CountsOf): string {
  const total = new Map<string, number>();
  for (const numbers of sums) {
    for (const [key, count] of numbers[name]) total.set(key, (total.get(key) ?? 0) + count);
  }
  const lines = [...total].sort(([, a], [, b]) => b - a).map(([key, count]) => `${String(count).padStart(9)}  ${key}`);
  return `\n${title}:\n${lines.length === 0 ? '     none' : lines.join('\n')}`;
}

function verdictOf(results: readonly SimulationResult[]): string {
  const wrong = results.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed);
  const seeds = results.map(({ seed }) => seed).join(', ');
  if (wrong.length === 0) return `No violation in ${results.length} runs (seeds ${seeds}).`;
  return `VIOLATIONS in ${wrong.length} of ${results.length} runs: seeds ${wrong.join(', ')}.`;
}
