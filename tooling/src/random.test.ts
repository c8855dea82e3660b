import { expect, it } from 'vitest';
import { Random } from './random.js';

function draws(random: Random): readonly number[] {
  return Array.from({ length: 1_000 }, random.fraction);
}

it('the same seed gives the same draws, another seed and a fork others', () => {
  expect(draws(new Random('a'))).toEqual(draws(new Random('a')));
  expect(draws(new Random('a'))).not.toEqual(draws(new Random('b')));
  expect(draws(new Random('a'))).not.toEqual(draws(new Random('a').fork('b')));
});

it('a fork does not move the draws it was forked from', () => {
  const random = new Random('a');
  draws(random.fork('b'));
  expect(draws(random)).toEqual(draws(new Random('a')));
});

it('draws lie evenly between 0 and 1', () => {
  const sorted = draws(new Random('even')).toSorted((a, b) => a - b);
  for (const [index, value] of sorted.entries()) expect(Math.abs(value - index / 1_000)).toBeLessThan(0.06);
});

it('whole numbers reach both ends, and weights are kept to', () => {
  const random = new Random('ends');
  const whole = new Set(Array.from({ length: 200 }, () => random.whole(1, 4)));
  expect([...whole].toSorted()).toEqual([1, 2, 3, 4]);
  const weights = new Map([
    ['often', 9],
    ['seldom', 1],
    ['never', 0],
  ]);
  const drawn = Array.from({ length: 1_000 }, () => random.weighted(weights));
  expect(drawn.filter((name) => name === 'seldom').length).toBeGreaterThan(60);
  expect(drawn.filter((name) => name === 'seldom').length).toBeLessThan(140);
  expect(drawn).not.toContain('never');
});
