import { expect, test } from 'vitest';
import { readArguments } from './arguments.js';

test('what is not said has a default', () => {
  expect(readArguments([])).toEqual({ seed: 0, seeds: 1, processes: 4, accounts: 1_000, seconds: 120 });
  expect(readArguments(['--seed', '17', '--seconds', '30'])).toMatchObject({ seed: 17, seeds: 1, seconds: 30 });
});

test.each([
  [['--seed=-1'], '--seed is "-1"'],
  [['--processes', '1'], '--processes is "1"; expected a whole number of at least 2'],
  [['--accounts', 'many'], '--accounts is "many"'],
  [['--seconds', ''], '--seconds is ""'],
  [['--colour', 'red'], "Unknown option '--colour'"],
])('%j is refused by name', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
