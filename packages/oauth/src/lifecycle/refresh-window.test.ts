import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../token-answer.js';
import { dueAt, keptForMs } from './refresh-window.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const record = (lifetimeMs: number, refreshSeconds?: number) =>
  recordOf(
    {
      access_token: 'a',
      refresh_token: 'r',
      expires_in: lifetimeMs / 1000,
      ...(refreshSeconds === undefined ? {} : { refresh_expires_in: refreshSeconds }),
      open_id: 'o',
      scope: '',
      token_type: 'Bearer',
    },
    0,
  );

describe('dueAt (D1)', () => {
  it.each([
    ['a token of 24 h', DAY, 2.4 * HOUR],
    ['a token of 2 h', 2 * HOUR, 0.2 * HOUR],
    ['a token of a year', 365 * DAY, 7 * DAY],
  ])('%s: 10 %% of its life, at most 7 days, and up to a tenth more', (_name, lifetimeMs, windowMs) => {
    fc.assert(
      fc.property(fc.string(), (userId) => {
        const early = lifetimeMs - dueAt(userId, record(lifetimeMs), undefined);
        expect(early).toBeGreaterThanOrEqual(windowMs);
        expect(early).toBeLessThanOrEqual(windowMs * 1.1);
      }),
    );
  });

  it('is the same every time it is asked, and not the same for everyone', () => {
    const at = (userId: string): number => dueAt(userId, record(DAY), undefined);
    expect(at('u1')).toBe(at('u1'));
    expect(new Set(Array.from({ length: 50 }, (_, i) => at(`u${i}`))).size).toBe(50);
  });

  it.each([DAY, 7 * DAY, 1e15])('a window of %d ms leaves a token of 24 h at least 45 %% of its life', (window) => {
    expect(dueAt('u', record(DAY), window)).toBeGreaterThanOrEqual(0.45 * DAY);
  });

  it('takes the application’s own window', () => {
    expect(DAY - dueAt('u', record(DAY), HOUR)).toBeGreaterThanOrEqual(HOUR);
    expect(DAY - dueAt('u', record(DAY), HOUR)).toBeLessThanOrEqual(1.1 * HOUR);
  });
});

describe('keptForMs (D6)', () => {
  it('is a day longer than the refresh token', () => {
    expect(keptForMs(record(DAY, 3600), HOUR / 2)).toBe(DAY + HOUR / 2);
  });

  it('is at least a day, and long where TikTok did not say', () => {
    expect(keptForMs(record(DAY, 1), 100 * DAY)).toBe(DAY);
    expect(keptForMs(record(DAY), 0)).toBeGreaterThan(365 * DAY);
  });
});
