import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCallback } from './callback.js';

const STATE = 's'.repeat(64);
const query = `code=abc%2A1%214608.va&scopes=user.info.basic%2Cvideo.list&state=${STATE}`;
const expected = { code: 'abc*1!4608.va', grantedScopes: ['user.info.basic', 'video.list'] };

describe('readCallback', () => {
  it.each([
    ['a whole URL', `https://app.example/cb?${query}`],
    ['a path', `/cb?${query}`],
    ['a URL with a fragment', `/cb?${query}#_=_`],
    ['a URL object', new URL(`https://app.example/cb?${query}`)],
    ['search parameters', new URLSearchParams(query)],
    ['search parameters of another realm', { getAll: (name: string) => new URLSearchParams(query).getAll(name) }],
    ['a URL of another realm', { searchParams: { getAll: (name: string) => new URLSearchParams(query).getAll(name) } }],
    ['a parsed query', { code: 'abc*1!4608.va', scopes: 'user.info.basic,video.list', state: STATE, extra: undefined }],
  ])('reads %s and decodes the code exactly once', (_name, input) => {
    expect(readCallback(input as string, STATE)).toEqual(expected);
  });

  it('does not decode twice a code that has a percent sign in it', () => {
    expect(readCallback(`/cb?code=a%252Ab&state=${STATE}`, STATE).code).toBe('a%2Ab');
  });

  it('gives back any code that TikTok may send, in every form of a callback', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary' }).filter((code) => code.isWellFormed()),
        (code) => {
          const parameters = new URLSearchParams({ code, state: STATE });
          const forms = [`/cb?${parameters}`, new URL(`https://app.example/cb?${parameters}`), parameters];
          for (const input of [...forms, { code, state: STATE }]) expect(readCallback(input, STATE).code).toBe(code);
        },
      ),
    );
  });

  it('never takes what the person can put into a fragment', () => {
    expect(() => readCallback(`/cb#?${query}`, STATE)).toThrow(expect.objectContaining({ code: 'state_missing' }));
  });

  it('tolerates an identical auth_code beside the code', () => {
    expect(readCallback(`/cb?${query}&auth_code=abc%2A1%214608.va`, STATE)).toEqual(expected);
  });

  it.each([
    ['a missing state', '/cb?code=x', 'state_missing'],
    ['a foreign state', `/cb?code=x&state=${'f'.repeat(64)}`, 'state_mismatch'],
    ['a state that stands twice', `/cb?code=x&state=${STATE}&state=${STATE}`, 'duplicate_parameter'],
    ['a code that stands twice', `/cb?code=x&code=y&state=${STATE}`, 'duplicate_parameter'],
    ['an error that stands twice', `/cb?error=a&error=b&state=${STATE}`, 'duplicate_parameter'],
    ['another code as auth_code', `/cb?${query}&auth_code=other`, 'duplicate_parameter'],
    ['an auth_code alone', `/cb?auth_code=x&state=${STATE}`, 'code_missing'],
    ['neither code nor error', `/cb?state=${STATE}`, 'code_missing'],
    ['an empty code', `/cb?code=&state=${STATE}`, 'code_missing'],
    ['no query at all', '/cb', 'state_missing'],
  ])('refuses %s', (_name, input, code) => {
    expect(() => readCallback(input, STATE)).toThrow(expect.objectContaining({ type: 'VALIDATION_ERROR', code }));
  });

  it.each([
    ['an object as code', { code: { a: 'x' }, state: STATE }, 'malformed_parameter'],
    ['null as code', { code: null, state: STATE }, 'malformed_parameter'],
    ['an object as state', { code: 'x', state: { toString: () => STATE } }, 'malformed_parameter'],
    ['an inherited state', Object.create({ code: 'x', state: STATE }), 'state_missing'],
    ['null', null, 'malformed_callback'],
    ['nothing', undefined, 'malformed_callback'],
  ])('refuses %s', (_name, input, code) => {
    expect(() => readCallback(input as never, STATE)).toThrow(
      expect.objectContaining({ type: 'VALIDATION_ERROR', code }),
    );
  });

  it('refuses a list in a parsed query, as Express makes of a repeated parameter', () => {
    expect(() => readCallback({ code: ['x', 'y'], state: STATE }, STATE)).toThrow(
      expect.objectContaining({ code: 'duplicate_parameter' }),
    );
  });

  it('a cancelled sign-in is the person’s own choice', () => {
    const input = `/cb?error=access_denied&error_description=User+cancelled&state=${STATE}`;
    expect(() => readCallback(input, STATE)).toThrow(
      expect.objectContaining({ type: 'AUTH_ERROR', code: 'access_denied', audience: 'user' }),
    );
  });

  it.each([
    ['unauthorized_client', 'INVALID_CREDENTIALS', 'developer'],
    ['invalid_scope', 'INVALID_PARAM', 'developer'],
    ['invalid_request', 'INVALID_PARAM', 'developer'],
    ['server_error', 'SERVER_ERROR', 'tiktok'],
    ['temporarily_unavailable', 'SERVER_ERROR', 'tiktok'],
  ])('the error %s is %s, for the %s to act', (error, type, audience) => {
    const input = { error, error_description: 'told by TikTok', state: STATE };
    expect(() => readCallback(input, STATE)).toThrow(
      expect.objectContaining({
        type,
        audience,
        code: error,
        operation: 'authorization.callback',
        message: expect.stringContaining('told by TikTok'),
      }),
    );
  });

  it('an error that nobody knows stays readable, with the parameter TikTok blames, and wins over a code', () => {
    const input = `/cb?error=brand_new&error_type=client_key&code=x&state=${STATE}`;
    expect(() => readCallback(input, STATE)).toThrow(
      expect.objectContaining({
        type: 'API_ERROR',
        code: 'brand_new',
        message: expect.stringContaining('client_key'),
        userMessage: expect.stringMatching(/./),
      }),
    );
  });

  it('believes no error of a callback whose state is wrong', () => {
    expect(() => readCallback('/cb?error=access_denied&state=x', STATE)).toThrow(
      expect.objectContaining({ code: 'state_mismatch' }),
    );
  });
});
