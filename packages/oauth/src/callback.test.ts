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
    ['a parsed query', { code: 'abc*1!4608.va', scopes: 'user.info.basic,video.list', state: STATE, extra: undefined }],
  ])('reads %s and decodes the code exactly once', (_name, input) => {
    expect(readCallback(input, STATE)).toEqual(expected);
  });

  it('does not decode twice a code that has a percent sign in it', () => {
    expect(readCallback(`/cb?code=a%252Ab&state=${STATE}`, STATE).code).toBe('a%2Ab');
  });

  it('tolerates an identical auth_code beside the code', () => {
    expect(readCallback(`/cb?${query}&auth_code=abc%2A1%214608.va`, STATE)).toEqual(expected);
  });

  it.each([
    ['a missing state', '/cb?code=x', 'state_missing'],
    ['a foreign state', `/cb?code=x&state=${'f'.repeat(64)}`, 'state_mismatch'],
    ['a state that stands twice', `/cb?code=x&state=${STATE}&state=${STATE}`, 'duplicate_parameter'],
    ['a code that stands twice', `/cb?code=x&code=y&state=${STATE}`, 'duplicate_parameter'],
    ['neither code nor error', `/cb?state=${STATE}`, 'code_missing'],
    ['an empty code', `/cb?code=&state=${STATE}`, 'code_missing'],
    ['no query at all', '/cb', 'state_missing'],
  ])('refuses %s', (_name, input, code) => {
    expect(() => readCallback(input, STATE)).toThrow(expect.objectContaining({ type: 'VALIDATION_ERROR', code }));
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

  it('believes no error of a callback whose state is wrong', () => {
    expect(() => readCallback('/cb?error=access_denied&state=x', STATE)).toThrow(
      expect.objectContaining({ code: 'state_mismatch' }),
    );
  });
});
