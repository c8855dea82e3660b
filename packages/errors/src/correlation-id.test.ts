import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createCorrelationId, isCorrelationId } from './correlation-id.js';
import { TikTokError } from './tiktok-error.js';

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
  it.each([
    '',
    'a'.repeat(65),
    'with space',
    'line\nbreak',
    'id\n',
    'ünïcode',
    'act.c4n4ry',
    'x:rft.c4n4ry',
    42,
    undefined,
  ])('refuses %j', (id) => {
    expect(isCorrelationId(id)).toBe(false);
  });

  it.each(['a', 'tt-1736159823400-abc123', 'A.b_c:d-9', 'a'.repeat(64), '550e8400-e29b-41d4-a716-446655440000'])(
    'accepts %j',
    (id) => {
      expect(isCorrelationId(id)).toBe(true);
    },
  );
});

describe('the id of the request that is being served', () => {
  const CONTEXT = Symbol.for('@tt/logger.correlation.v1');
  const made = (correlationId?: string): string =>
    new TikTokError('m', { type: 'API_ERROR', correlationId }).correlationId;

  afterEach(() => Reflect.deleteProperty(globalThis, CONTEXT));

  it('is that of every error made meanwhile, unless it has its own', () => {
    const context = new AsyncLocalStorage<string>();
    Reflect.set(globalThis, CONTEXT, context);
    context.run('request-7', () => {
      expect(made()).toBe('request-7');
      expect(made('explicit-1')).toBe('explicit-1');
      expect(made('not allowed')).toBe('request-7');
    });
    expect(made()).toMatch(/^tt-/);
  });

  it.each([null, 'x', {}, { getStore: 'x' }, { getStore: () => 42 }, { getStore: () => 'not allowed' }])(
    'is a new one where the place is taken by %j',
    (context) => {
      Reflect.set(globalThis, CONTEXT, context);
      expect(made()).toMatch(/^tt-/);
    },
  );
});
