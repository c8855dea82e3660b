import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../harness/compare.js';
import type { Measurement, Prepare } from '../harness/subject.js';
import { BEST_PEER } from '../work.js';
import { caseTable } from './case-table.js';
import { verdictOf } from './verdict.js';

const load = async (): Promise<Prepare> => () => ({ call: () => 1, check: () => undefined });

/** Two rounds, the second of them slow for everybody. */
function resultOf(times: Readonly<Record<string, number>>, others: Measurement = {}): CaseResult {
  const role = (name: string) => (name === 'ours' || name === 'floor' ? name : 'peer');
  const contenders = Object.keys(times).map((name) => ({ name, role: role(name), packages: [], load }) as const);
  const rounds = Object.entries(times).map(
    ([name, time]) => [name, [1, 3].map((slower) => ({ ...others, time: time * slower }))] as const,
  );
  return { measured: { name: 'a case', method: { kind: 'calls' }, contenders, aims: [] }, rounds: new Map(rounds) };
}

describe('at most', () => {
  const aim = { kind: 'at most', ours: 'ours', times: 1.5, than: 'floor', metric: 'time' } as const;

  test.each([
    [150, true],
    [151, false],
  ])('%d beside 100', (ours, met) => {
    const verdict = verdictOf(aim, resultOf({ ours, floor: 100 }));
    expect(verdict.met).toBe(met);
    expect(verdict.aim).toBe('ours: at most 1.5 times the time a call of floor');
  });
});

describe('faster', () => {
  const aim = { kind: 'faster', ours: 'ours', times: 4, than: BEST_PEER, metric: 'time' } as const;

  test.each([
    [25, true, '4.00 times less'],
    [26, false, '3.85 times less'],
    [200, false, '2.00 times more'],
  ])('%d beside a best peer of 100', (ours, met, measured) => {
    const verdict = verdictOf(aim, resultOf({ ours, slow: 900, quick: 100, floor: 1 }));
    expect(verdict).toEqual({ aim: 'ours: 4 times less time a call than the best peer (quick)', met, measured });
  });

  test('just as fast is not faster', () => {
    const once = { ...aim, times: 1, than: 'peer' };
    expect(verdictOf(once, resultOf({ ours: 100, peer: 100 })).met).toBe(false);
    expect(verdictOf(once, resultOf({ ours: 99, peer: 100 })).met).toBe(true);
  });
});

describe('limit', () => {
  test('is of the median round', () => {
    const aim = { kind: 'limit', ours: 'ours', most: 25, metric: 'commands' } as const;
    expect(verdictOf(aim, resultOf({ ours: 1 }, { commands: 25 }))).toEqual({
      aim: 'ours: Redis commands at most 25',
      met: true,
      measured: '25',
    });
    expect(verdictOf(aim, resultOf({ ours: 1 }, { commands: 26 })).met).toBe(false);
  });
});

test('an aim at what was not measured is a mistake', () => {
  const aim = { kind: 'limit', ours: 'ours', most: 1, metric: 'requests' } as const;
  expect(() => verdictOf(aim, resultOf({ ours: 1 }))).toThrow('there is no requests of ours');
});

describe('the table of a case', () => {
  test('has a row for each, compared with the first of ours', () => {
    const { columns, rows } = caseTable(resultOf({ ours: 100, peer: 250, floor: 50 }, { p99: 500 }));
    expect(columns).toEqual(['', 'time a call', 'p99', 'spread', 'beside ours']);
    expect(rows).toEqual([
      ['**ours**', '200 ns', '500 ns', '± 50 %', '1.00'],
      ['peer', '500 ns', '500 ns', '± 50 %', '2.50'],
      ['*floor*', '100 ns', '500 ns', '± 50 %', '0.50'],
    ]);
  });

  test('compares nothing where all are ours', () => {
    expect(caseTable(resultOf({ ours: 100 })).columns).toEqual(['', 'time a call', 'spread']);
  });
});
