import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const now = Date.parse('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 30 ', 30_000],
    ['0', 0],
    ['3600', HOUR],
    ['86400', 24 * HOUR],
    ['Sun, 22 Nov 2026 10:01:30 GMT', 90_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['Sunday, 22-Nov-26 10:01:30 GMT', 90_000],
    ['Sun Nov 22 10:01:30 2026', 90_000],
    ['Tuesday, 24-Nov-26 10:00:00 GMT', 48 * HOUR],
    ['soon', undefined],
    ['Sunday', undefined],
    ['Sun, 99 Nov 2026 10:00:00 GMT', undefined],
    ['2026-11-22T10:01:30Z', undefined],
    ['1', 1_000],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
  ])('%j asks for %j ms', (header, expected) => {
    expect(retryAfterMs(header, { date: undefined, now })).toBe(expected);
  });

  it.each(['America/New_York', 'Asia/Tokyo'])('takes a date without a zone for GMT, in %s too', (zone) => {
    vi.stubEnv('TZ', zone);
    expect(retryAfterMs('Sun Nov 22 10:01:30 2026', { date: undefined, now })).toBe(90_000);
  });

  it.each([-25 * HOUR, -60_000, 60_000, 25 * HOUR])(
    'counts a date from the answer’s own Date, so that our clock may be wrong by %i ms',
    (skewMs) => {
      const clock = { date: 'Sun, 22 Nov 2026 10:00:00 GMT', now: now + skewMs };
      expect(retryAfterMs('Sun, 22 Nov 2026 10:01:30 GMT', clock)).toBe(90_000);
    },
  );

  it.each(['', 'yesterday', '2026-11-22'])('goes by our clock where the answer’s Date is %j', (date) => {
    expect(retryAfterMs('Sun, 22 Nov 2026 10:01:30 GMT', { date, now })).toBe(90_000);
  });

  it('gives a finite number of milliseconds, whatever a server writes', () => {
    const header = fc.oneof(
      fc.string(),
      fc.integer({ min: 1, max: 2_000 }).map((length) => '9'.repeat(length)),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(header, fc.option(header, { nil: undefined }), (text, date) => {
        const ms = retryAfterMs(text, { date, now }) ?? 0;
        expect(Number.isFinite(ms) && ms >= 0).toBe(true);
      }),
    );
  });
});
