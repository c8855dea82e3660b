import { expect, test } from 'vitest';
import { flattenJson, readJsonBody } from './json-body.js';

const JSON_TYPE = new Map([['content-type', 'Application/JSON; charset=UTF-8']]);

test('reads an object, and nothing at all as an empty one', () => {
  expect(readJsonBody({ headers: JSON_TYPE, body: '{"cursor":5}' })).toEqual({ kind: 'json', value: { cursor: 5 } });
  expect(readJsonBody({ headers: new Map(), body: '' })).toEqual({ kind: 'json', value: {} });
});

test.each(['[]', 'null', '7', '{', 'cursor=5'])('%s is malformed', (body) => {
  expect(readJsonBody({ headers: JSON_TYPE, body })).toMatchObject({ kind: 'malformed' });
});

test('lays an object flat, as a form would have it', () => {
  expect([...flattenJson({ a: 1, b: { c: ['x', 'y'], a: null } })]).toEqual([
    ['a', ['1', 'null']],
    ['c', ['x', 'y']],
  ]);
});

test('a body made to exhaust the stack does not', () => {
  const deep = readJsonBody({ headers: JSON_TYPE, body: `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}` });
  expect(deep.kind === 'json' && [...flattenJson(deep.value)]).toEqual([]);
});
