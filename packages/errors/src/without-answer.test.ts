import { describe, expect, it } from 'vitest';
import { circuitOpenError, networkError, storeError, timeoutError, validationError } from './without-answer.js';

describe('networkError', () => {
  it('finds the system’s code under a bare "fetch failed"', () => {
    const cause = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) });
    expect(networkError(cause)).toMatchObject({
      type: 'NETWORK_ERROR',
      code: 'ECONNRESET',
      outcomeUnknown: true,
      cause,
    });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('knows that nothing was sent after %s', (code) => {
    const error = networkError(Object.assign(new Error('x'), { code }));
    expect(error.outcomeUnknown).toBe(false);
    expect(error.message).toBe(`TikTok could not be reached (${code})`);
  });

  it('believes a transport that knows better, and takes any value as a cause', () => {
    expect(networkError(Object.assign(new Error('x'), { code: 'ECONNRESET' }), { sent: false }).outcomeUnknown).toBe(
      false,
    );
    expect(networkError('odd')).toMatchObject({ outcomeUnknown: true, cause: 'odd' });
  });
});

describe('the other failures without an answer', () => {
  it('a timeout names its limit and leaves the outcome open', () => {
    expect(timeoutError('attempt timeout', 8000)).toMatchObject({
      type: 'TIMEOUT_ERROR',
      message: 'No answer within the attempt timeout of 8000 ms',
      outcomeUnknown: true,
    });
    expect(timeoutError('deadline', 1, { sent: false }).outcomeUnknown).toBe(false);
  });

  it('an open breaker says how long it stays so', () => {
    expect(circuitOpenError(1500)).toMatchObject({ type: 'CIRCUIT_OPEN', retryAfterMs: 1500, retryable: true });
  });

  it('store and validation errors keep their code and operation', () => {
    expect(storeError('gone', { code: 'unreachable', operation: 'get' })).toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'unreachable',
      operation: 'get',
      audience: 'operator',
    });
    expect(validationError('bad', { code: 'state_mismatch' })).toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'state_mismatch',
      retryable: false,
    });
  });
});
