import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lengthPrefixed } from './length-prefixed.js';

it('puts four bytes of length before the UTF-8 of each', () => {
  expect([...lengthPrefixed(['ab', '', 'ü'])]).toEqual([0, 0, 0, 2, 97, 98, 0, 0, 0, 0, 0, 0, 0, 2, 0xc3, 0xbc]);
  expect([...lengthPrefixed([])]).toEqual([]);
});

it('gives different bytes for different lists', () => {
  const lists = fc.array(fc.string({ unit: 'binary' }).filter((part) => part.isWellFormed()));
  fc.assert(
    fc.property(lists, lists, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(lengthPrefixed(one).equals(lengthPrefixed(other))).toBe(false);
    }),
  );
});

it('refuses half of a surrogate pair', () => {
  expect(() => lengthPrefixed(['a\ud800'])).toThrow(
    expect.objectContaining({ type: 'TOKEN_STORE_ERROR', code: 'malformed_key', retryable: false }),
  );
});
