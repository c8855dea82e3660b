import { circuitOpenError, networkError, storeError, TikTokError, timeoutError, validationError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './outcome.js';

const reason = new Error('called off');
const ownReason = timeoutError('the caller’s own limit', 1);
const aborted = AbortSignal.abort(reason);

describe('outcomeOf', () => {
  it.each([
    ['a network error', networkError(new Error('x')), undefined, 'failure'],
    ['a timeout', timeoutError('attempt timeout', 1), undefined, 'failure'],
    ['an attempt’s timeout after the caller’s abort', timeoutError('attempt timeout', 1), aborted, 'failure'],
    ['the caller’s abort, for which they chose an error of ours', ownReason, AbortSignal.abort(ownReason), 'ignored'],
    ['a 5xx', new TikTokError('m', { type: 'SERVER_ERROR', statusCode: 500 }), undefined, 'failure'],
    ['an error nobody foresaw', new TypeError('bug'), undefined, 'failure'],
    ['something thrown that is no error', 'odd', undefined, 'failure'],
    ['a refusal', new TikTokError('m', { type: 'TOKEN_EXPIRED', statusCode: 400 }), undefined, 'success'],
    ['a 429', new TikTokError('m', { type: 'RATE_LIMIT_ERROR', statusCode: 429 }), undefined, 'success'],
    ['a limiter of ours', new TikTokError('m', { type: 'RATE_LIMIT_ERROR' }), undefined, 'ignored'],
    ['our own check', validationError('m'), undefined, 'ignored'],
    ['an open breaker', circuitOpenError(1), undefined, 'ignored'],
    ['a dead store', storeError('m'), undefined, 'ignored'],
    ['the caller’s abort', reason, aborted, 'ignored'],
    ['a library’s own error after the caller’s abort', new DOMException('x', 'AbortError'), aborted, 'ignored'],
  ] as const)('%s', (_name, error, signal, outcome) => {
    expect(outcomeOf(error, signal)).toBe(outcome);
  });
});
