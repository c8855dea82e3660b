import { TikTokError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import { type AnswerShape, decodeAnswer } from './decode-answer.js';

function decode(
  shape: AnswerShape,
  statusCode: number,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const response = { statusCode, body: bytes, header: (name: string) => headers[name] };
  return decodeAnswer(shape, response, {
    now: () => 0,
    operation: 'op',
    correlationId: 'c-1',
    secrets: () => ['hunter2hunter2'],
  });
}

function errorOf(...args: Parameters<typeof decode>): TikTokError {
  try {
    decode(...args);
  } catch (error) {
    if (error instanceof TikTokError) return error;
    throw error;
  }
  throw new Error('no error came');
}

describe('success', () => {
  it('an OAuth answer is its whole body', () => {
    expect(decode('oauth', 200, '{"access_token":"a","log_id":"L"}')).toEqual({
      data: { access_token: 'a', log_id: 'L' },
      statusCode: 200,
      logId: 'L',
    });
  });

  it('an API answer is what its envelope holds', () => {
    const body = '{"data":{"user":{"open_id":"o"}},"error":{"code":"ok","message":"","log_id":"L"}}';
    expect(decode('api', 200, body)).toEqual({ data: { user: { open_id: 'o' } }, statusCode: 200, logId: 'L' });
  });

  it('ok without data, and the empty answer of a revocation', () => {
    expect(decode('api', 200, '{"error":{"code":"ok","log_id":"L"}}').data).toEqual({});
    expect(decode('oauth', 200, '').data).toEqual({});
    expect(decode('oauth', 200, '{}').data).toEqual({});
    expect(decode('oauth', 204, '').data).toEqual({});
  });

  it.each(['{"a":1}', '{"a":1,"error":null}', '{"a":1,"error":""}', '{"a":1,"error":{"code":"ok"}}'])(
    'an OAuth answer whose error says nothing: %s',
    (body) => {
      expect(decode('oauth', 200, body).data).toMatchObject({ a: 1 });
    },
  );

  it('says the log id, from the body or else from the header', () => {
    const header = { 'x-tt-logid': 'H' };
    expect(decode('api', 200, '{"error":{"code":"ok","log_id":"L"}}', header).logId).toBe('L');
    expect(decode('api', 200, '{"error":{"code":"ok","log_id":""}}', header).logId).toBe('H');
    expect(decode('oauth', 200, '{"logid":"B"}', header).logId).toBe('B');
    expect(decode('oauth', 200, '{}').logId).toBeUndefined();
  });

  it('reads a body that begins with a byte order mark, and one that calls itself HTML', () => {
    const body = Buffer.from('\ufeff{"a":1}');
    expect(decode('oauth', 200, body, { 'content-type': 'text/html' }).data).toEqual({ a: 1 });
  });
});

describe('failure', () => {
  it.each([200, 400, 401])('a flat OAuth error is one at HTTP %i', (status) => {
    const error = errorOf('oauth', status, '{"error":"invalid_grant","error_description":"gone","log_id":"L"}');
    expect(error).toMatchObject({
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      logId: 'L',
      statusCode: status,
      operation: 'op',
      correlationId: 'c-1',
    });
  });

  it.each([200, 401])('an enveloped error is one at HTTP %i', (status) => {
    const body = '{"data":{},"error":{"code":"access_token_invalid","message":"m","log_id":"L"}}';
    expect(errorOf('api', status, body)).toMatchObject({ type: 'INVALID_TOKEN', logId: 'L', statusCode: status });
  });

  it('reads either shape, whatever was expected', () => {
    expect(errorOf('api', 200, '{"error":"invalid_client"}').type).toBe('INVALID_CREDENTIALS');
    expect(errorOf('oauth', 200, '{"error":{"code":"internal_error"}}').type).toBe('SERVER_ERROR');
    expect(errorOf('api', 401, '{"code":"scope_not_authorized","message":"m","log_id":"L"}')).toMatchObject({
      type: 'SCOPE_NOT_AUTHORIZED',
      logId: 'L',
    });
  });

  it('quotes nothing of the request that TikTok quotes', () => {
    const error = errorOf(
      'oauth',
      400,
      '{"error":"invalid_request","error_description":"bad client_secret hunter2hunter2"}',
    );
    expect(error.message).toContain('bad client_secret [redacted]');
    for (const body of [
      '{"error":{"code":"x","message":"hunter2hunter2"}}',
      '{"code":"x","message":"hunter2hunter2"}',
      '{"error":"hunter2hunter2"}',
      '{"error":{"code":"hunter2hunter2"}}',
      '{"error":{"code":"x","log_id":"hunter2hunter2"}}',
    ]) {
      expect(JSON.stringify(errorOf('oauth', 400, body))).not.toContain('hunter2');
    }
  });

  it('takes no log id that is none', () => {
    expect(errorOf('api', 502, '', { 'x-tt-logid': 'x'.repeat(129) }).logId).toBeUndefined();
    expect(errorOf('api', 502, '', { 'x-tt-logid': 'a b' }).logId).toBeUndefined();
  });

  it.each([0, 99, 1_000, 200.5, Number.NaN])('a status of %d is none', (status) => {
    const error = errorOf('oauth', status, '{"a":1}');
    expect(error).toMatchObject({ type: 'SERVER_ERROR', code: 'unreadable_answer' });
    expect(error.statusCode).toBeUndefined();
  });

  it.each([
    '{"error":123}',
    '{"error":true}',
    '{"error":["invalid_grant"]}',
    '{"error":{}}',
    '{"error":{"code":null}}',
  ])('an error of no known shape is not a success: %s', (body) => {
    expect(errorOf('oauth', 200, body).statusCode).toBe(200);
    expect(errorOf('api', 200, body).statusCode).toBe(200);
  });

  it('takes the log id from wherever it is', () => {
    expect(errorOf('api', 400, '{"error":{"code":"x","logid":"A"}}').logId).toBe('A');
    expect(errorOf('api', 502, '<html>', { 'x-tt-logid': 'H' }).logId).toBe('H');
  });

  it('reads Retry-After', () => {
    expect(errorOf('api', 503, '', { 'retry-after': '7' })).toMatchObject({
      retryAfterMs: 7_000,
      type: 'SERVER_ERROR',
    });
    const headers = { 'retry-after': 'Sun, 22 Nov 2026 10:01:30 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' };
    expect(errorOf('api', 429, '{"error":{"code":"rate_limit_exceeded"}}', headers)).toMatchObject({
      retryAfterMs: 90_000,
      type: 'RATE_LIMIT_ERROR',
    });
  });

  it.each([
    ['a gateway’s HTML', 502, '<html><h1>Bad Gateway</h1></html>'],
    ['HTML with a 200', 200, '<!doctype html>'],
    ['JSON cut short', 200, '{"access_token":"act.secr'],
    ['an empty failure', 500, ''],
    ['a list', 200, '[]'],
    ['a lone null', 200, 'null'],
    ['an error status without an error', 400, '{}'],
    ['a redirect', 302, '{}'],
  ])('%s is a server error that tells nothing of the body', (_name, status, body) => {
    const error = errorOf('oauth', status, body);
    expect(error).toMatchObject({ type: 'SERVER_ERROR', retryable: true, statusCode: status });
    expect(JSON.stringify(error)).not.toContain('secr');
  });

  it('an API answer without its envelope is not a success', () => {
    expect(errorOf('api', 200, '{"data":{}}').type).toBe('SERVER_ERROR');
  });

  it('bytes that are not UTF-8, and JSON nested without end', () => {
    expect(errorOf('oauth', 200, new Uint8Array([0x7b, 0xff, 0xfe])).type).toBe('SERVER_ERROR');
    expect(errorOf('oauth', 200, Buffer.from('{"a":"\xff"}', 'latin1')).type).toBe('SERVER_ERROR');
    expect(errorOf('oauth', 200, '['.repeat(200_000)).type).toBe('SERVER_ERROR');
  });

  it('a code that is no string stays readable', () => {
    expect(errorOf('api', 400, '{"error":{"code":50001000,"message":"m"}}')).toMatchObject({ code: '50001000' });
  });
});
