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

  it('tells a name lookup and a connect that failed from a connection that ended', () => {
    const failed = (code: string, syscall: string) => networkError(Object.assign(new Error('x'), { code, syscall }));
    expect(failed('ETIMEDOUT', 'connect').outcomeUnknown).toBe(false);
    expect(failed('ETIMEDOUT', 'read').outcomeUnknown).toBe(true);
    expect(failed('ESOMETHING', 'getaddrinfo').outcomeUnknown).toBe(false);
  });

  it.each([
    ['CERT_HAS_EXPIRED', false, false, /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, false, /base URL/],
    ['ENOTFOUND', false, true, /name servers/],
    ['UND_ERR_HEADERS_TIMEOUT', true, true, /slow/],
    ['EBRANDNEW', true, true, undefined],
  ])('%s: sent %s, retryable %s, with a hint to match', (code, outcomeUnknown, retryable, hint) => {
    const error = networkError(Object.assign(new Error('x'), { code }));
    expect(error).toMatchObject({ code, outcomeUnknown, retryable, audience: 'operator' });
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  it('keeps the whole context', () => {
    const context = { operation: 'user.info', correlationId: 'c', statusCode: 200, logId: 'L', retryAfterMs: 1 };
    expect(networkError(new Error('x'), context)).toMatchObject(context);
    expect(timeoutError('deadline', 1, context)).toMatchObject(context);
    expect(storeError('m', context)).toMatchObject(context);
    expect(validationError('m', context)).toMatchObject(context);
    expect(circuitOpenError(1, context)).toMatchObject(context);
  });

  it('survives a cause that is a circle, or cannot be read', () => {
    const circle: Error & { cause?: unknown } = new Error('x');
    circle.cause = circle;
    expect(networkError(circle).code).toBeUndefined();
    const hostile = Object.defineProperty(new Error('x'), 'code', {
      get() {
        throw new Error('no');
      },
    });
    expect(networkError(hostile).code).toBeUndefined();
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
    expect(timeoutError('time to connect', 1).code).toBe('time_to_connect_exceeded');
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
      retryable: true,
      outcomeUnknown: false,
    });
    expect(storeError('closed', { code: 'closed', retryable: false }).retryable).toBe(false);
    expect(storeError('no answer', { code: 'timeout', outcomeUnknown: true }).outcomeUnknown).toBe(true);
    expect(validationError('bad', { code: 'state_mismatch' })).toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'state_mismatch',
      retryable: false,
    });
  });
});
