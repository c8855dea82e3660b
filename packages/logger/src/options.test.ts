import { expect, it } from 'vitest';
import { got } from './options.js';

it.each<[unknown, string]>([
  ['text', '"text"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Number.NaN, 'NaN'],
  [7n, '"7"'],
  [{ access_token: 'c4n4ry' }, '{"access_token":"[redacted]"}'],
  ['x'.repeat(1_000), `"${'x'.repeat(99)}…`],
])('a wrong option is shown short and without a secret (%#)', (value, shown) => {
  expect(got(value)).toBe(shown);
});
