import { describe, expect, it } from 'vitest';
import { createCorrelationId, isCorrelationId } from './correlation-id.js';

describe('createCorrelationId', () => {
  it('is tt-<ms>-<random> and passes its own check', () => {
    const before = Date.now();
    const id = createCorrelationId();
    const [prefix, ms, random] = id.split('-');
    expect(prefix).toBe('tt');
    expect(Number(ms)).toBeGreaterThanOrEqual(before);
    expect(random).toMatch(/^[a-z0-9]{12}$/);
    expect(isCorrelationId(id)).toBe(true);
  });

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 1000 }, createCorrelationId)).size).toBe(1000);
  });
});

describe('isCorrelationId', () => {
  it.each(['', 'a'.repeat(65), 'with space', 'line\nbreak', 'ünïcode', 42, undefined])('refuses %j', (id) => {
    expect(isCorrelationId(id)).toBe(false);
  });

  it.each(['a', 'tt-1736159823400-abc123', 'A.b_c:d-9', 'a'.repeat(64)])('accepts %j', (id) => {
    expect(isCorrelationId(id)).toBe(true);
  });
});
