import { expect, it } from 'vitest';
import { conditionsOf } from './conditions.js';
import { reportOf } from './report.js';
import type { SimulationResult } from './simulate.js';

function result(fields: Partial<SimulationResult>): SimulationResult {
  return {
    seed: 0,
    accounts: 1,
    days: 365,
    conditions: conditionsOf(0),
    violations: [],
    tookMs: 1_000,
    numbers: {
      happenings: 9,
      calls: 8,
      served: 7,
      servedDead: 6,
      servedAnyway: new Map(),
      failed: new Map([['store_failed', 3]]),
      signIns: 5,
      refreshRequests: 4,
      pairs: 3,
      // 410 in 365 days.
      constant: { requests: 410, pairs: 400, heldMs: 365 * 24 * 3_600_000 },
      lostRotations: new Map(),
      marks: new Map(),
      ends: new Map([['connected', 1]]),
    },
    ...fields,
  };
}

it('adds up the runs, and holds the refreshes against as few as there can be', () => {
  const report = reportOf([result({}), result({ seed: 2 })]);
  expect(report).toContain('  24 h tokens: 410 for 400 pairs; without any fault 408\n');
  expect(report).toContain('calls that failed, by code:\n        6  store_failed\n');
  expect(report).toMatch(/\nNo violation in 2 runs \(seeds 0, 2\)\.$/);
});

it('ends with the seeds that went wrong, after each violation and the history of its account', () => {
  const violation = {
    kind: 'neither',
    at: 0,
    userId: 'u1',
    what: 'nothing is stored',
    history: 'a line\nanother',
  } as const;
  const report = reportOf([result({}), result({ seed: 2, violations: [violation] })]);
  expect(report).toContain(
    'VIOLATION neither (seed 2 of 1 accounts) 1970-01-01T00:00:00.000Z u1: nothing is stored\na line\nanother\n',
  );
  expect(report).toMatch(/\nVIOLATIONS in 1 of 2 runs: seeds 2\.$/);
});
