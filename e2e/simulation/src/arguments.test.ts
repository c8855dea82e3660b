import { expect, it } from 'vitest';
import { readArguments } from './arguments.js';

it('50 seeds and 200 accounts, a year each, unless told otherwise', () => {
  expect(readArguments([])).toEqual({ seed: 0, seeds: 50, accounts: 200, days: 365 });
  expect(readArguments(['--seeds', '3', '--accounts=7', '--days', '9'])).toEqual({
    seed: 0,
    seeds: 3,
    accounts: 7,
    days: 9,
  });
});

it('a seed that is named is run alone, unless more are asked for', () => {
  expect(readArguments(['--seed', '12'])).toMatchObject({ seed: 12, seeds: 1 });
  expect(readArguments(['--seed', '12', '--seeds', '4'])).toMatchObject({ seed: 12, seeds: 4 });
});

it.each([['--seeds', '0'], ['--accounts', 'many'], ['--seed', '1.5'], ['--days', ' '], ['--else', '1'], ['3']])(
  'refuses %j %j',
  (...args) => {
    expect(() => readArguments(args)).toThrow(TypeError);
  },
);
