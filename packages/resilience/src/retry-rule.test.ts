import { networkError, TikTokError, timeoutError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import { ifRepeatable, ifUnsent } from './retry-rule.js';

const serverError = (extra = {}) => new TikTokError('m', { type: 'SERVER_ERROR', statusCode: 503, ...extra });

describe('the rules (D7)', () => {
  const refused = networkError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
  const reset = networkError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
  const tooFast = new TikTokError('m', { type: 'RATE_LIMIT_ERROR', statusCode: 429 });

  it('a read may be repeated after anything that can pass', () => {
    for (const error of [refused, reset, tooFast, serverError(), timeoutError('deadline', 1)]) {
      expect(ifRepeatable(error, 1)).toBe(true);
    }
  });

  it('a single-use request only where it certainly had no effect', () => {
    expect(ifUnsent(refused, 1)).toBe(true);
    expect(ifUnsent(tooFast, 1)).toBe(true);
    expect(ifUnsent(reset, 1)).toBe(false);
    expect(ifUnsent(serverError(), 1)).toBe(false);
    expect(ifUnsent(serverError({ statusCode: undefined }), 1)).toBe(false);
    expect(ifUnsent(timeoutError('attempt timeout', 1), 1)).toBe(false);
  });
});
