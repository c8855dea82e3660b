import { expect, it } from 'vitest';
import { conditionsOf, HOUR_MS } from './conditions.js';

it('ten seeds see both lifetimes, with and without grace, errors with 200, and refresh tokens short and long', () => {
  const ten = Array.from({ length: 10 }, (_, seed) => conditionsOf(seed));
  const combinations = ten.map(({ accessTokenLifeMs, rotation }) => [accessTokenLifeMs / HOUR_MS, typeof rotation]);
  for (const combination of [
    [24, 'string'],
    [24, 'object'],
    [2, 'string'],
    [2, 'object'],
  ]) {
    expect(combinations).toContainEqual(combination);
  }
  expect(new Set(ten.map(({ oauthErrorStatus }) => oauthErrorStatus))).toEqual(new Set(['4xx', '200']));
  expect(new Set(ten.map(({ refreshLifetime }) => refreshLifetime))).toEqual(new Set(['fixed', 'extended']));
  expect(new Set(ten.map(({ refreshTokenLifeMs }) => refreshTokenLifeMs)).size).toBe(6);
});
