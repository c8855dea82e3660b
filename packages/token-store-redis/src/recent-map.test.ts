import { describe, expect, it } from 'vitest';
import { RecentMap } from './recent-map.js';

describe('what was used last', () => {
  it('is remembered, and no more than was allowed', () => {
    const map = new RecentMap<number>(10);
    for (let n = 0; n < 100; n += 1) map.set(`${n}`, n);
    const kept = Array.from({ length: 100 }, (_, n) => n).filter((n) => map.get(`${n}`) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toContain(99);
    expect(map.get('99')).toBe(99);
  });

  it('is forgotten when that is asked for, of whichever age', () => {
    const map = new RecentMap<number>(4);
    for (let n = 0; n < 3; n += 1) map.set(`${n}`, n);
    map.delete('0');
    map.delete('2');
    expect([0, 1, 2].map((n) => map.get(`${n}`))).toEqual([undefined, 1, undefined]);
    map.clear();
    expect(map.get('1')).toBeUndefined();
  });

  it('stays for as long as it is asked for', () => {
    const map = new RecentMap<string>(10);
    map.set('asked for', 'here');
    for (let n = 0; n < 100; n += 1) {
      map.set(`${n}`, 'other');
      expect(map.get('asked for')).toBe('here');
    }
  });
});
