import { expect, it } from 'vitest';
import { count, duration } from './options.js';

it.each([0.5, 1, 2 ** 31 - 1])('%d is a duration', (value) => {
  expect(duration('x', value)).toBe(value);
});

// A longer timer would fire after a millisecond.
it.each([0, -1, Number.NaN, Infinity, 2 ** 31, '5', undefined])('%s is none', (value) => {
  expect(() => duration('createPolicy: deadlineMs', value)).toThrow(
    new TypeError(`createPolicy: deadlineMs is ${value}; expected milliseconds, more than 0 and at most 2147483647`),
  );
});

it.each([0, 1.5, '3', Infinity])('%s is no count', (value) => {
  expect(() => count('x', value)).toThrow(new TypeError(`x is ${value}; expected a whole number of at least 1`));
});
