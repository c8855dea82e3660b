import type { Random } from '@tt/tooling/random';
import { type Conditions, DAY_MS, HOUR_MS, MINUTE_MS } from './conditions.js';

/** How often an account is asked for. */
export type Habit = 'constant' | 'busy' | 'regular' | 'rare' | 'sleeper' | 'batch';

/** Of twenty accounts. */
const OF_TWENTY: readonly Habit[] = [
  'constant',
  ...Array<Habit>(2).fill('busy'),
  ...Array<Habit>(8).fill('regular'),
  ...Array<Habit>(5).fill('rare'),
  ...Array<Habit>(2).fill('sleeper'),
  ...Array<Habit>(2).fill('batch'),
];

export function habitOf(index: number): Habit {
  return OF_TWENTY[index % OF_TWENTY.length] ?? 'regular';
}

/** For how long an account is asked for constantly, where its tokens are short-lived: a year of that would be most of a run. */
const SEASON_MS = 30 * DAY_MS;
const SHORT_LIFE_MS = 6 * HOUR_MS;

/** Whether this is an account that is never without a valid token, at this time of the year. */
export function isConstant(habit: Habit, { accessTokenLifeMs }: Conditions, elapsedMs: number): boolean {
  return habit === 'constant' && (accessTokenLifeMs > SHORT_LIFE_MS || elapsedMs < SEASON_MS);
}

/**
 * How long until an account is asked for again, in milliseconds; `undefined` where only the job does that. To ask each
 * account every minute of a year would be half a million calls apiece, so those who are busy are so for some minutes at
 * a time.
 */
export function nextAskMs(
  habit: Habit,
  {
    conditions,
    random,
    elapsedMs,
  }: { readonly conditions: Conditions; readonly random: Random; readonly elapsedMs: number },
): number | undefined {
  switch (habit) {
    case 'constant':
      // Once in each refresh window at least: this is the account that shows how many refreshes a year takes.
      if (isConstant(habit, conditions, elapsedMs)) return conditions.accessTokenLifeMs * random.between(0.05, 0.095);
      return random.between(12, 48) * HOUR_MS;
    case 'busy':
      return random.chance(1 / 20) ? random.between(1, 5) * DAY_MS : MINUTE_MS;
    case 'regular':
      return random.between(10, 60) * HOUR_MS;
    case 'rare':
      return random.chance(0.6) ? random.between(1, 30) * MINUTE_MS : random.between(3, 12) * DAY_MS;
    case 'sleeper':
      return random.chance(0.6) ? random.between(1, 60) * MINUTE_MS : random.between(18, 80) * DAY_MS;
    case 'batch':
      return undefined;
  }
}
