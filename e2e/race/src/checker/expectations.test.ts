import { expect, test } from 'vitest';
import { unlessBothCameRight, unlessOneRequest } from './expectations.js';

test('one request, one token and no failure is what a stampede comes to', () => {
  expect(unlessOneRequest('u1', { tokenRequests: 1, tokens: 1, failed: 0 })).toEqual([]);
});

test.each([
  { tokenRequests: 2, tokens: 1, failed: 0 },
  { tokenRequests: 0, tokens: 1, failed: 0 },
  { tokenRequests: 1, tokens: 2, failed: 0 },
  { tokenRequests: 1, tokens: 1, failed: 1 },
])('a stampede that comes to %o is found', (outcome) => {
  expect(unlessOneRequest('u1', outcome)).toMatchObject([{ kind: 'stampeded', userId: 'u1' }]);
});

test('of two late pairs one is stored and one gives way', () => {
  expect(unlessBothCameRight({ storedOverMark: 1, lateWritesRefused: 1 })).toEqual([]);
});

test.each([
  { storedOverMark: 0, lateWritesRefused: 1 },
  { storedOverMark: 1, lateWritesRefused: 0 },
])('late pairs of which %o is found', (work) => {
  expect(unlessBothCameRight(work)).toMatchObject([{ kind: 'late_pair_lost' }]);
});
