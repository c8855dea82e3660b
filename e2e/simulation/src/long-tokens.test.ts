import { expect, it } from 'vitest';
import { HOUR_MS } from './conditions.js';
import { allViolations, liveYears, YEAR_TIMEOUT_MS } from './years.js';

const YEARS = process.env.TT_LONG === '1' ? 25 : 5;

it(
  'years of twenty accounts whose tokens live a day: connected, or marked with a true reason',
  async () => {
    const years = await liveYears(YEARS, 0);
    expect(allViolations(years)).toEqual([]);
    for (const { numbers, conditions } of years) {
      expect(conditions.accessTokenLifeMs).toBe(24 * HOUR_MS);
      // Nothing is proved by a year in which nothing happened.
      expect(numbers.pairs).toBeGreaterThan(1_000);
      expect(numbers.lostRotations.size).toBeGreaterThan(3);
      expect(numbers.marks.get('refused: revoked')).toBeGreaterThan(3);
    }
  },
  YEARS * YEAR_TIMEOUT_MS,
);
