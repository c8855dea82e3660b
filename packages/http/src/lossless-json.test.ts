import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLossless } from './lossless-json.js';

describe('parseLossless', () => {
  it('keeps every digit of an integer that JavaScript would round', () => {
    expect(parseLossless('{"views":7080213458555737986,"n":-9007199254740993}')).toEqual({
      views: '7080213458555737986',
      n: '-9007199254740993',
    });
  });

  it('gives known ids as strings, short ones and lists of them too', () => {
    expect(
      parseLossless('{"id":12,"publicaly_available_post_id":[7080213458555737986,3],"data":{"open_id":0}}'),
    ).toEqual({
      id: '12',
      publicaly_available_post_id: ['7080213458555737986', '3'],
      data: { open_id: '0' },
    });
  });

  it('leaves all other numbers numbers', () => {
    expect(parseLossless('{"a":1,"b":-1.5e3,"c":9007199254740991,"d":1e30}')).toEqual({
      a: 1,
      b: -1500,
      c: 9007199254740991,
      d: 1e30,
    });
  });

  it('takes the last of duplicate keys, as JSON.parse does', () => {
    expect(parseLossless('{"a":1,"a":2}')).toEqual({ a: 2 });
  });

  it('lets no __proto__ through to a prototype', () => {
    const value = parseLossless('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('agrees with JSON.parse on everything JavaScript can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, (_key, item: unknown) =>
          typeof item === 'number' && !Number.isSafeInteger(item) ? 0.5 : item,
        );
        expect(parseLossless(`{"value":${text}}`)).toEqual(JSON.parse(`{"value":${text}}`));
      }),
    );
  });

  it('keeps any integer, however long', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(String(Reflect.get(Object(parseLossless(`{"v":${value}}`)), 'v'))).toBe(String(value));
      }),
    );
  });

  it('refuses what is not JSON', () => {
    for (const text of ['', '<html>', '{"a":', '{"a":1}x', 'undefined']) expect(() => parseLossless(text)).toThrow();
  });
});
