import { describe, expect, it } from 'vitest';
import { errorFromJSON } from './from-json.js';
import { TikTokError } from './tiktok-error.js';
import { circuitOpenError, networkError } from './without-answer.js';

describe('errorFromJSON', () => {
  const reset = Object.assign(new TypeError('socket hang up'), { code: 'ECONNRESET', errno: -104 });
  const error = new TikTokError('refused', {
    type: 'TOKEN_EXPIRED',
    code: 'invalid_grant',
    correlationId: 'c-1',
    userMessage: 'u',
    retryable: true,
    audience: 'operator',
    hint: 'h',
    statusCode: 400,
    logId: 'L',
    retryAfterMs: 5,
    operation: 'token.refresh',
    docsUrl: 'https://developers.tiktok.com/',
    outcomeUnknown: true,
    timestamp: new Date(0),
    cause: networkError(reset),
  });
  const revived = errorFromJSON(JSON.parse(JSON.stringify(error)));

  it('brings back every field, the stack and the causes as errors', () => {
    expect(revived).toBeInstanceOf(TikTokError);
    expect({ ...revived }).toEqual({ ...error });
    expect(revived.message).toBe('refused');
    expect(revived.stack).toBe(error.stack);
    expect(revived.cause).toBeInstanceOf(TikTokError);
    expect(revived.cause).toMatchObject({ type: 'NETWORK_ERROR', code: 'ECONNRESET' });
    expect(Reflect.get(Object(revived.cause), 'cause')).toMatchObject({
      name: 'TypeError',
      message: 'socket hang up',
      errno: -104,
    });
    expect(JSON.stringify(revived)).toBe(JSON.stringify(error));
  });

  it('also takes what toJSON gave before it became text', () => {
    expect(errorFromJSON(circuitOpenError(5).toJSON()).retryAfterMs).toBe(5);
    expect(errorFromJSON(structuredClone(error.toJSON())).timestamp).toEqual(new Date(0));
  });

  it('lets no __proto__ of a cause through to a prototype', () => {
    const hostile = JSON.parse(
      '{"name":"TikTokError","message":"m","type":"API_ERROR","cause":{"name":"E","message":"m","stack":"s","__proto__":{"polluted":true}}}',
    );
    expect(Object.getPrototypeOf(errorFromJSON(hostile).cause)).toBe(Error.prototype);
  });

  it.each([null, 'x', [], {}, { name: 'Error', message: 'm' }])('refuses %j', (json) => {
    expect(() => errorFromJSON(json)).toThrow('errorFromJSON: json is no error of ours; expected the parsed object');
  });

  it('refuses one with a wrong field, by name', () => {
    expect(() => errorFromJSON({ name: 'TikTokError', message: 'm', type: 'NOPE' })).toThrow(/options\.type is "NOPE"/);
    expect(() => errorFromJSON({ ...error.toJSON(), timestamp: 'soon' })).toThrow(
      /options\.timestamp is .*expected a valid Date/,
    );
  });
});
