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

  it('ends with a function that throws, too, and gives on what that threw', () => {
    const error = new Error('thrown');
    expect(() =>
      withCorrelationId('a', () => {
        throw error;
      }),
    ).toThrow(error);
    expect(currentCorrelationId()).toBeUndefined();
  });

  it('keeps concurrent requests apart', async () => {
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((id) => withCorrelationId(id, () => setImmediate().then(currentCorrelationId))),
    );
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it.each(['evil\nline', 'x'.repeat(65), '', 'act.c4n4ry', undefined])('replaces %j by a new id', (id) => {
    expect(withCorrelationId(id, currentCorrelationId)).toMatch(/^tt-\d+-[a-z0-9]+$/);
  });

  it.each([undefined, 'fn', Promise.resolve()])('refuses %s in the place of the function', (fn) => {
    expect(() => withCorrelationId('a', fn as unknown as () => void)).toThrow(TypeError);
    expect(() => withCorrelationId('a', fn as unknown as () => void)).toThrow(
      /^withCorrelationId: fn is .+; expected a function$/,
    );
  });
});
