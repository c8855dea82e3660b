import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, install } from './ground/install.js';
import { type RaceResult, race, verdictsOf } from './race.js';
import { reportOf } from './report.js';

/** In its long form the race is run with twenty seeds, each for a minute; in its short form with one. */
const LONG = process.env.TT_LONG === '1';
const SEEDS = LONG ? Array.from({ length: 20 }, (_, seed) => seed) : [1];
const SECONDS = LONG ? 60 : 20;

let installation: Installation;

beforeAll(async () => {
  installation = await install();
});

afterAll(() => installation?.remove());

describe.each(SEEDS)('seed %i', (seed) => {
  let result: RaceResult;

  beforeAll(async () => {
    result = await race(installation, { seed, processes: 4, accounts: 1_000, seconds: SECONDS });
    console.log(reportOf(result));
  }, 400_000);

  test('20 processes of 50 callers each, one account: one token request, and everybody gets its result', () => {
    const { stampede } = result;
    expect(stampede).toMatchObject({ tokenRequests: 1, served: 1_000, failed: [], tokens: 1 });
    expect(stampede.lastAfterMs).toBeGreaterThan(stampede.delayMs);
    // Each reads the record, asks for the lease, and reads again when it hears of the change; who waits long looks again.
    const commands = Object.values(stampede.redisCommands).reduce((sum, count) => sum + count, 0);
    expect(commands).toBeLessThanOrEqual(20 * (4 + Math.ceil(stampede.lastAfterMs / 300)));
  });

  test('D6: a holder that was stopped past its lease with the answer on its way gets its pair stored', () => {
    const { meanwhile, holder, afterwards } = result.lateHolders.alone;
    expect(meanwhile).toMatchObject({ code: 'TOKEN_EXPIRED sign_in_needed' });
    expect(holder).toMatchObject({ accessToken: expect.any(String) });
    expect(afterwards).toEqual({ ...holder, at: expect.any(Number) });
    expect(result.lateHolders.verdict.tally.work).toMatchObject({ storedOverMark: 1 });
  });

  test('D6: one that finds a newer pair leaves it alone, and gives its caller the newer one', () => {
    const { meanwhile, holder, afterwards } = result.lateHolders.overtaken;
    expect(meanwhile).toMatchObject({ code: 'TOKEN_EXPIRED sign_in_needed' });
    expect(holder).toMatchObject({ accessToken: expect.any(String) });
    expect(afterwards).toEqual({ ...holder, at: expect.any(Number) });
    expect(result.lateHolders.verdict.tally.work).toMatchObject({ lateWritesRefused: 1, lateWritesDone: 0 });
  });

  test('4 processes, 1,000 accounts, and everything goes wrong: nothing is violated', () => {
    expect(verdictsOf(result).flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('it was a race: processes were killed and stopped, Redis lost its data, accounts were refreshed', () => {
    const { mishaps, work, endings } = result.hammer.tally;
    for (const mishap of [
      'processes killed, in all',
      'processes stopped, in all',
      'Redis restarted, data lost',
      'Redis restarted, data kept',
    ]) {
      expect(mishaps[mishap], mishap).toBeGreaterThan(0);
    }
    expect(work.refreshTokensSpent).toBeGreaterThan(100);
    expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(endings.connected).toBeGreaterThan(100);
  });
});
