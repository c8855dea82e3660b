import { expect, test } from 'vitest';
import { megabytes, percent, time, times } from './units.js';

test.each([
  [0.4, '≤ 1 ns'],
  [4.123, '4.12 ns'],
  [41.23, '41.2 ns'],
  [999.9, '1000 ns'],
  [1_000, '1.00 µs'],
  [12_345, '12.3 µs'],
  [12_345_678, '12.3 ms'],
  [1_234_567_890, '1.23 s'],
])('%d ns is %s', (ns, text) => {
  expect(time(ns)).toBe(text);
});

test('ratios, shares and sizes have as many digits as they deserve', () => {
  expect([times(0.456), times(1.234), times(12.34), times(123.4)]).toEqual(['0.46', '1.23', '12.3', '123']);
  expect([percent(0.004), percent(0.034), percent(0.5)]).toEqual(['0.4 %', '3 %', '50 %']);
  expect([megabytes(310_000), megabytes(4_812_345)]).toEqual(['0.31 MB', '4.8 MB']);
});
