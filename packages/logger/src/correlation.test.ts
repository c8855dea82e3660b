import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { currentCorrelationId, withCorrelationId } from './correlation.js';

describe('withCorrelationId', () => {
  it('holds across awaits, nests, and ends with its function', async () => {
    expect(currentCorrelationId()).toBeUndefined();
    await withCorrelationId('outer-1', async () => {
      await setImmediate();
      expect(currentCorrelationId()).toBe('outer-1');
      withCorrelationId('inner-1', () => expect(currentCorrelationId()).toBe('inner-1'));
      expect(currentCorrelationId()).toBe('outer-1');
    });
    expect(currentCorrelationId()).toBeUndefined();
  });

  it('keeps concurrent requests apart', async () => {
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((id) => withCorrelationId(id, () => setImmediate().then(currentCorrelationId))),
    );
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it.each(['evil\nline', 'x'.repeat(65), '', undefined])('replaces %j by a new id', (id) => {
    expect(withCorrelationId(id, currentCorrelationId)).toMatch(/^tt-\d+-[a-z0-9]+$/);
  });
});
