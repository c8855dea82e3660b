import { describe, expect, test } from 'vitest';
import { readFault } from './read-fault.js';

test.each([
  ['internal_error', { kind: 'error', code: 'internal_error', after: 'request' }],
  ['invalid_grant', { kind: 'error', code: 'invalid_grant', after: 'request' }],
  ['rate_limit', { kind: 'rate_limit', after: 'request' }],
  ['html', { kind: 'html', status: 502, after: 'request' }],
  ['truncated_json', { kind: 'truncated_json' }],
  ['wrong_content_type', { kind: 'wrong_content_type', contentType: 'text/html; charset=utf-8' }],
  ['hang', { kind: 'hang', after: 'request' }],
  ['reset', { kind: 'reset', after: 'request' }],
])('the word %s has defaults for all details', (word, fault) => {
  expect(readFault(word)).toEqual(fault);
});

describe('Retry-After', () => {
  test.each([
    [0, '0'],
    [30, '30'],
    [new Date('2026-11-22T12:00:30Z'), 'Sun, 22 Nov 2026 12:00:30 GMT'],
    ['2026-11-22T12:00:30Z', 'Sun, 22 Nov 2026 12:00:30 GMT'],
  ])('%s reads %s', (retryAfter, header) => {
    expect(readFault({ kind: 'rate_limit', retryAfter })).toMatchObject({ retryAfter: header });
  });
});

test.each([
  ['nonsense', /fault is "nonsense"; it takes an error code of TikTok's, or one of error, status, rate_limit/],
  [undefined, /fault is undefined/],
  [{}, /fault is undefined/],
  [{ kind: 'slow' }, /fault is "slow"/],
  ['status', /fault "status"\.status is undefined; it takes a whole number 400 to 599/],
  ['slow_headers', /fault "slow_headers"\.delayMs is undefined/],
  [{ kind: 'status', status: 200 }, /\.status is 200/],
  [{ kind: 'html', status: 204 }, /\.status is 204; it takes a whole number 400 to 599/],
  [{ kind: 'error', code: 'teapot' }, /fault "error"\.code is "teapot"; it takes one of access_denied, /],
  [{ kind: 'hang', delayMs: 5 }, /fault "hang" has no "delayMs"; it takes kind, after/],
  [{ kind: 'hang', after: 'half_answer' }, /fault "hang"\.after is "half_answer"; it takes 'request' or 'effect'/],
  [{ kind: 'reset', after: 'all' }, /\.after is "all"; it takes 'request', 'effect' or 'half_answer'/],
  [{ kind: 'slow_body', delayMs: 2 ** 31 }, /\.delayMs is 2147483648/],
  [{ kind: 'rate_limit', retryAfter: 'soon' }, /\.retryAfter is "soon"; it takes a Date/],
  [{ kind: 'rate_limit', retryAfter: 0.5 }, /\.retryAfter is 0\.5/],
  [{ kind: 'wrong_content_type', contentType: 'a\r\nb: c' }, /\.contentType is/],
])('%j is refused by name', (fault, message) => {
  expect(() => readFault(fault)).toThrow(TypeError);
  expect(() => readFault(fault)).toThrow(message);
});
