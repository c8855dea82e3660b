import { expect, test } from 'vitest';
import { planOf } from './plan.js';

const options = { seed: '7', seconds: 20, workers: 4, accounts: 1_000 };

test('the same seed plans the same mishaps, another one others', () => {
  expect(planOf(options)).toEqual(planOf(options));
  expect(planOf(options)).not.toEqual(planOf({ ...options, seed: '8' }));
});

test('every seed has every kind of mishap, within the time there is', () => {
  for (let seed = 0; seed < 200; seed++) {
    const plan = planOf({ ...options, seed: `${seed}` });
    const kinds = new Set(plan.map((mishap) => (mishap.kind === 'redis' ? `redis ${mishap.data}` : mishap.kind)));
    expect([...kinds].sort()).toEqual(['disconnect', 'fault', 'kill', 'link', 'pause', 'redis kept', 'redis lost']);
    expect(plan.some((mishap) => mishap.kind === 'pause' && mishap.forMs > 15_000)).toBe(true);
    for (const { atMs } of plan) {
      expect(atMs).toBeGreaterThan(0);
      expect(atMs).toBeLessThan(20_000);
    }
  }
});

test('a longer race has more of them', () => {
  expect(planOf({ ...options, seconds: 120 }).length).toBeGreaterThan(planOf(options).length * 3);
});
