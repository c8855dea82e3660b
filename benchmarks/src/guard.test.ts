import { describe, expect, test } from 'vitest';
import { runContender } from './harness/run-contender.js';

/**
 * A mistake that makes one of the hot paths several times as dear must not go unnoticed until somebody runs the
 * benchmarks. Ratios only, of two processes that ran one after the other, with a margin that no noise fills: the best of
 * several tries decides, and the first that is good enough ends them.
 */
const TRIES = 6;
const pace = { rounds: 1, measureMs: 40, warmUpMs: 120, warmUpRequests: 0 };

interface Guarded {
  readonly work: string;
  readonly caseName: string;
  readonly ours: string;
  readonly than: string;
  /** Well above what is measured, well below what a mistake would cost. */
  readonly times: number;
}

const guarded: readonly Guarded[] = [
  {
    work: 'authorization-url',
    caseName: 'state only',
    ours: '@tt/oauth',
    than: 'randomness and concatenation',
    times: 0.5,
  },
  {
    work: 'authorization-url',
    caseName: 'with PKCE',
    ours: '@tt/oauth, hex',
    than: 'randomness, one hash and concatenation',
    times: 0.8,
  },
  {
    work: 'cached-token',
    caseName: 'a valid token in memory',
    ours: '@tt/oauth',
    than: 'Map.get and a compare, awaited',
    times: 8,
  },
  {
    work: 'policy',
    caseName: 'retry, breaker and timeout around nothing',
    ours: '@tt/resilience',
    than: 'p-retry around opossum',
    times: 0.5,
  },
  { work: 'log-line', caseName: 'a suppressed line', ours: '@tt/logger', than: 'pino', times: 10 },
];

describe('what is called often stays cheap', () => {
  test.each(guarded)('$work, $caseName: at most $times times $than', async ({ ours, than, times, ...where }) => {
    const timeOf = async (contender: string): Promise<number> =>
      (await runContender({ ...where, contender, services: {}, pace })).time ?? Number.NaN;
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < TRIES && !(best <= times); attempt += 1) {
      const theirs = await timeOf(than);
      best = Math.min(best, (await timeOf(ours)) / theirs);
    }
    expect(best).toBeLessThanOrEqual(times);
  });
});
