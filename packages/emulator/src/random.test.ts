import { expect, test } from 'vitest';
import { createRandom } from './random.js';

test('a seed gives the same text in every run, another for each purpose', () => {
  const draw = (seed: string | undefined, purpose: string) => createRandom(seed, purpose).alphanumeric(40);
  expect(draw('s', 'token')).toBe(draw('s', 'token'));
  expect(draw('s', 'token')).not.toBe(draw('s', 'code'));
  expect(draw('s', 'token')).not.toBe(draw('t', 'token'));
  expect(draw(undefined, 'token')).not.toBe(draw(undefined, 'token'));
});

test('a stream does not repeat itself', () => {
  const random = createRandom('s', 'token');
  const drawn = Array.from({ length: 1_000 }, () => random.alphanumeric(20));
  expect(new Set(drawn).size).toBe(1_000);
});

test('draws from the alphabet asked for', () => {
  const random = createRandom(undefined, 'any');
  expect(random.alphanumeric(500)).toMatch(/^[A-Za-z0-9]{500}$/);
  expect(random.hex(500)).toMatch(/^[0-9A-F]{500}$/);
  expect(random.digits(500)).toMatch(/^\d{500}$/);
});
