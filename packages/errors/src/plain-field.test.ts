import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainField } from './plain-field.js';
import { redact } from './redact.js';

const TELLING = [
  ...['access_token', 'clientSecret', 'Cookie', 'tokens', 'API_KEYS', 'pass'],
  ...['code', 'value', 'rawHeaders', 'toJSON', '__proto__'],
  ...['act.c4n4ry', 'a=b', 'line\nbreak', 'x'.repeat(65)],
];

describe('a plain field', () => {
  it.each(['userId', 'operation', 'duration', 'constructor', 'state', 'tokenType', ''])('is %j', (name) => {
    expect(isPlainField(name)).toBe(true);
  });

  it.each(TELLING)('is not %j', (name) => {
    expect(isPlainField(name)).toBe(false);
  });

  it('is one whose value redact looks at by itself, whatever stands beside it', () => {
    const names = fc.oneof(fc.constantFrom(...TELLING, 'name', 'header', 'grant_type'), fc.string({ unit: 'binary' }));
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('act.c4n4ry', 'secret', 7, true, null));
    fc.assert(
      fc.property(fc.uniqueArray(names, { maxLength: 6 }), values, (fields, value) => {
        const plain = fields.filter(isPlainField);
        const context = Object.fromEntries(plain.map((name) => [name, value]));
        expect(redact(context)).toEqual(Object.fromEntries(plain.map((name) => [name, redact(value)])));
      }),
      { numRuns: 2_000 },
    );
  });
});
