import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';
import { REDACTED } from './redacted.js';

const CANARY = 'c4n4ryS3cr3t';

describe('hostile values', () => {
  const throws = () => {
    throw new Error('no');
  };

  it('are said to be unreadable', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const value = {
      get bad() {
        return throws();
      },
      proxy: new Proxy({}, { ownKeys: throws }),
      deceitful: new Proxy({ a: 1 }, { getPrototypeOf: throws }),
      revoked: revoked.proxy,
      error: Object.defineProperty(new Error('m'), 'message', { get: throws }),
      invalid: new Date(Number.NaN),
      nothing: Object.create(null),
    };
    expect(redact(value)).toMatchObject({
      bad: '[unreadable]',
      proxy: '[unreadable]',
      deceitful: '[unreadable]',
      revoked: '[unreadable]',
      error: { name: 'Error', message: '[unreadable]' },
      nothing: {},
    });
  });

  it('circles, deep nesting and a field called __proto__', () => {
    const value: Record<string, unknown> = { proto: JSON.parse('{"__proto__":{"token":"x"}}') };
    value.self = value;
    let deep: unknown = 'end';
    for (let i = 0; i < 100; i++) deep = { deep };
    value.deep = deep;
    const error: Error & { self?: unknown } = new Error('m');
    error.self = error;
    error.cause = error;
    value.error = error;
    const result = redact(value);
    expect(result).toMatchObject({ self: '[circular]', error: { self: '[circular]', cause: '[circular]' } });
    expect(JSON.stringify(result)).toContain('[too deep]');
    expect(JSON.stringify(result)).toContain(`"__proto__":{"token":"${REDACTED}"}`);
  });

  it('leave the original alone, and are copied each time they stand somewhere', () => {
    const shared = { password: 'p' };
    expect(redact({ first: shared, second: shared })).toEqual({
      first: { password: REDACTED },
      second: { password: REDACTED },
    });
    expect(shared.password).toBe('p');
  });

  let widest: unknown = 'leaf';
  for (let level = 0; level < 11; level++) widest = { a: widest, b: widest, c: widest };
  it.each<[string, unknown]>([
    ['a text of 10 MB', 'x'.repeat(10_000_000)],
    ['many texts', Array.from({ length: 900 }, () => 'x'.repeat(9_000))],
    ['a list of a million', Array.from({ length: 1_000_000 }, (_item, index) => index)],
    ['a list with a billion holes', new Array(1_000_000_000)],
    [
      'an object of many fields',
      Object.fromEntries(Array.from({ length: 100_000 }, (_item, index) => [`k${index}`, 1])),
    ],
    [
      'long names',
      Object.fromEntries(Array.from({ length: 900 }, (_item, index) => [`${index}${'k'.repeat(5_000)}`, 1])),
    ],
    ['a Map of many', new Map(Array.from({ length: 100_000 }, (_item, index) => [index, index]))],
    ['a Set of many', new Set(Array.from({ length: 100_000 }, (_item, index) => index))],
    ['three to the eleventh', widest],
    ['a long chain of causes', Array.from({ length: 500 }).reduce((cause) => new Error('m', { cause }), undefined)],
  ])('are bounded: %s', (_name, value) => {
    const text = JSON.stringify(redact({ value }));
    expect(text.length).toBeLessThan(300_000);
    expect(text).toMatch(/more\]|more characters\]|too deep/);
  });

  it('say how much was left out', () => {
    const list = redact(Array.from({ length: 4_000 }, (_item, index) => index)) as unknown[];
    expect(list).toHaveLength(1_001);
    expect(list.at(-1)).toBe('[3000 more]');
    const fields = redact(Object.fromEntries(list.map((_item, index) => [`k${index}`, index])));
    expect(fields).toMatchObject({ k999: 999, '…': '[1 more]' });
    expect(redact('x'.repeat(10_500))).toBe(`${'x'.repeat(10_000)}… [500 more characters]`);
  });

  it('a secret on the edge of what is kept is not cut in half', () => {
    for (let shift = 0; shift < 60; shift++) {
      const text = `${'x '.repeat(5_000 - shift)}${CANARY}abcdefgh*0!6410.va and more ${'y '.repeat(3_000)}`;
      expect(redact(text)).not.toContain(CANARY);
    }
  });
});
