import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { assertToken, redacted } from './redacted.js';

describe('redacted', () => {
  const plain = { access_token: 'act.c4n4ry', refresh_token: 'rft.c4n4ry', expires_in: 1, scope: 'a' };
  const tokens = redacted(plain);

  it('reads, spreads and clones as usual', () => {
    expect(tokens.access_token).toBe('act.c4n4ry');
    expect({ ...tokens }).toEqual(plain);
    expect(structuredClone(tokens)).toEqual(plain);
    expect(Object.keys(tokens)).toEqual(Object.keys(plain));
  });

  it('shows no token in JSON, inspect or a template', () => {
    for (const text of [JSON.stringify(tokens), inspect(tokens), inspect({ deep: { tokens } }), `${tokens}`]) {
      expect(text).not.toContain('c4n4ry');
    }
    expect(JSON.parse(JSON.stringify(tokens))).toEqual({
      access_token: '[redacted]',
      refresh_token: '[redacted]',
      expires_in: 1,
      scope: 'a',
    });
  });

  it('reveals a plain object of its own', () => {
    const revealed = tokens.reveal();
    expect(JSON.stringify(revealed)).toContain('c4n4ry');
    expect(revealed).not.toBe(plain);
  });
});

describe('assertToken', () => {
  it('gives a token back unchanged', () => {
    expect(assertToken('code', 'abc*1!4608.va')).toBe('abc*1!4608.va');
  });

  it.each([
    ['', 'malformed_token', 'refreshToken is empty'],
    [undefined, 'malformed_token', 'refreshToken is undefined'],
    [{}, 'malformed_token', 'refreshToken is object'],
    ['act.with space', 'malformed_token', 'refreshToken has white space'],
    ['[redacted]', 'redacted_token', 'refreshToken is [redacted]'],
    ['rft.[redacted]', 'redacted_token', 'refreshToken is [redacted]'],
  ])('refuses %j by name', (value, code, message) => {
    expect(() => assertToken('refreshToken', value)).toThrow(
      expect.objectContaining({ type: 'VALIDATION_ERROR', code, message: expect.stringContaining(message) }),
    );
  });
});
