import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, pairedRatio, percentile, rotated, spread } from './statistics.js';

const values = fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('median', () => {
  test('is the middle value, or the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([3])).toBe(3);
  });

  test('has as many values below it as above', () => {
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all);
        const below = all.filter((value) => value < middle).length;
        const above = all.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(all.length / 2);
        expect(above).toBeLessThanOrEqual(all.length / 2);
      }),
    );
  });

  test('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  test('is a value that was measured', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
    expect(percentile([7], 0.99)).toBe(7);
  });

  test('is not exceeded by the share it names', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const least = percentile(all, share);
        expect(all).toContain(least);
        expect(all.filter((value) => value <= least).length).toBeGreaterThanOrEqual(share * all.length - 1e-9);
      }),
    );
  });
});

test('spread is half of the way from the least to the greatest, as a share of the median', () => {
  expect(spread([90, 100, 110])).toBeCloseTo(0.1);
  expect(spread([5, 5, 5])).toBe(0);
});

describe('pairedRatio', () => {
  test('compares the two of a round, so that a slow round does not count', () => {
    // In the second round the machine took ten times as long for both, in the third for ours alone.
    expect(pairedRatio([20, 200, 200], [10, 100, 10])).toBe(2);
  });

  test('refuses two that did not run in the same rounds', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
  });
});

describe('rotated', () => {
  test('begins elsewhere each time and leaves nobody out', () => {
    expect(rotated(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
    expect(rotated(['a', 'b', 'c'], 1)).toEqual(['b', 'c', 'a']);
    expect(rotated(['a', 'b', 'c'], 5)).toEqual(['c', 'a', 'b']);
    expect(rotated([], 3)).toEqual([]);
  });
});
