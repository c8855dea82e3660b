import { expect, it } from 'vitest';
import { BoundedSet } from './bounded-set.js';

it('forgets the oldest, and nothing else, beyond its size', () => {
  const set = new BoundedSet(2);
  set.add('a');
  set.add('b');
  set.add('a');
  set.add('c');
  expect(['a', 'b', 'c'].map((item) => set.has(item))).toEqual([true, false, true]);
  set.delete('a');
  expect(set.has('a')).toBe(false);
});
