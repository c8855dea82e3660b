import { expect, test } from 'vitest';
import { createMask, MASKED } from './mask.js';

const mask = createMask(['the-client-secret']);
const TOKEN = `act.${'x'.repeat(60)}!1234.va`;

test('shows only what is known to be harmless', () => {
  const form = new Map([
    ['grant_type', ['refresh_token']],
    ['refresh_token', ['canary']],
    ['scope', ['a', 'b']],
    ['some_new_thing', ['canary']],
  ]);
  expect(mask.params([form, undefined])).toEqual({
    grant_type: 'refresh_token',
    refresh_token: MASKED,
    scope: 'a,b',
    '[unknown parameter]': MASKED,
  });
});

test.each([
  TOKEN,
  encodeURIComponent(TOKEN),
  'https://app.example.com/cb?code=abc*1!4608.va',
  'https://app.example.com/cb?code=abc%2A1%214608.va',
  'x the-client-secret x',
])('masks a secret in the wrong place: %s', (value) => {
  expect(mask.params([new Map([['state', [value]]])])).toEqual({ state: MASKED });
  expect(mask.text(`/path/${value}`)).toBe(MASKED);
});

test('leaves harmless text alone', () => {
  expect(mask.text('https://contract.example.com/act.html')).toBe('https://contract.example.com/act.html');
});

test('cuts long text', () => {
  expect(mask.text('a'.repeat(5_000))).toHaveLength(512);
});
