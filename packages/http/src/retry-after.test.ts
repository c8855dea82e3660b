import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const now = Date.parse('2026-11-22T10:00:00Z');

it.each([
  ['120', 120_000],
  [' 30 ', 30_000],
  ['0', 0],
  ['Sun, 22 Nov 2026 10:01:30 GMT', 90_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j asks for %j ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
