import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OldestFirst } from './oldest-first.js';

it('gives what a new iterator would, whatever is put in, taken out and dropped meanwhile', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constantFrom('add', 'delete'), item: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ what: fc.constantFrom('drop', 'again', 'clear'), item: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const items = new Set<number>();
      const oldest = new OldestFirst(items);
      for (const { what, item } of steps) {
        if (what === 'clear') items.clear();
        if (what === 'delete' || what === 'add') items.delete(item);
        if (what === 'add') items.add(item);
        if (what !== 'drop' && what !== 'again') continue;
        const [expected] = items;
        expect(oldest.next()).toBe(expected);
        if (expected === undefined) continue;
        items.delete(expected);
        if (what === 'again') items.add(expected);
      }
    }),
  );
});
