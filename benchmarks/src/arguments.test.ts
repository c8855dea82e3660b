import { describe, expect, test } from 'vitest';
import { readArguments, usage } from './arguments.js';

const names = ['policy', 'log-line'];

describe('the arguments', () => {
  test.each([
    [[], { names, quick: false }],
    [['log-line'], { names: ['log-line'], quick: false }],
    [['--quick'], { names, quick: true }],
    [['policy', '--quick', 'log-line'], { names: ['policy', 'log-line'], quick: true }],
  ])('%j', (args, expected) => {
    expect(readArguments(args, names)).toEqual(expected);
  });

  test.each([
    [['polisy'], 'there is no benchmark "polisy"; there are policy, log-line'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused with what is wrong', (args, message) => {
    expect(() => readArguments(args, names)).toThrow(TypeError);
    expect(() => readArguments(args, names)).toThrow(message);
  });

  test('the usage names every benchmark', () => {
    expect(usage(names)).toContain('policy, log-line');
  });
});
