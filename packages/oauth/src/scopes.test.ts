import { expect, it } from 'vitest';
import { checkScopes, parseScopes } from './scopes.js';

it('takes repetitions away and keeps the order', () => {
  expect(checkScopes(['video.list', 'user.info.basic', 'video.list'])).toEqual(['video.list', 'user.info.basic']);
});

it.each([[[]], [['']], [['user.info.basic,video.list']], [['user.info.basic video.list']], [[1]], ['user.info.basic']])(
  'refuses %j',
  (scopes) => {
    expect(() => checkScopes(scopes as string[])).toThrow(
      expect.objectContaining({ type: 'VALIDATION_ERROR', code: 'invalid_scopes' }),
    );
  },
);

it.each([
  ['a,b', ['a', 'b']],
  [' a , ,b,', ['a', 'b']],
  ['', []],
  [undefined, []],
])('reads %j', (list, scopes) => {
  expect(parseScopes(list)).toEqual(scopes);
});
