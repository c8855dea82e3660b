import fc from 'fast-check';
import { parse as parseElsewhere } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { parseLossless } from './lossless-json.js';

describe('parseLossless', () => {
  it('keeps every digit of an integer that JavaScript would round', () => {
    expect(parseLossless('{"views":7080213458555737986,"n":-9007199254740993,"m":[9007199254740992]}')).toEqual({
      views: '7080213458555737986',
      n: '-9007199254740993',
      m: ['9007199254740992'],
    });
    expect(parseLossless('[9007199254740992]')).toEqual(['9007199254740992']);
    expect(parseLossless('7080213458555737986')).toBe('7080213458555737986');
    expect(parseLossless('[ -7080213458555737986 ]')).toEqual(['-7080213458555737986']);
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

  it('knows an id by its name however that is written', () => {
    expect(parseLossless('{"\\u0069d":12,"video_ids":[[1],{"id":2,"n":3}]}')).toEqual({
      id: '12',
      video_ids: [['1'], { id: '2', n: 3 }],
    });
  });

  it('leaves all other numbers numbers', () => {
    expect(parseLossless('{"a":1,"b":-1.5e3,"c":9007199254740991,"d":1e30,"e":0.12345678901234566,"f":-0.5}')).toEqual({
      a: 1,
      b: -1500,
      c: 9007199254740991,
      d: 1e30,
      e: 0.12345678901234566,
      f: -0.5,
    });
  });

  it('gives a number beyond all that JavaScript can hold as it is written', () => {
    expect(parseLossless('{"a":1e999,"b":-1.5E+400,"c":9e-999}')).toEqual({ a: '1e999', b: '-1.5E+400', c: 0 });
  });

  it('leaves digits in texts alone, whatever stands around them', () => {
    const value = { a: 'views: 7080213458555737986, \\" 1e999 ', b: '"', 'k, 7080213458555737986': '\\' };
    const text = `{"n":7080213458555737986,${JSON.stringify(value).slice(1)}`;
    expect(parseLossless(text)).toEqual({ n: '7080213458555737986', ...value });
  });

  it('takes the last of duplicate keys, as JSON.parse does', () => {
    expect(parseLossless('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(parseLossless('{"a":7080213458555737986,"a":2}')).toEqual({ a: 2 });
  });

  it.each(['{"a":{"__proto__":{"polluted":true},"b":1}}', '{"a":{"__proto__":7080213458555737986,"b":1}}'])(
    'leaves out __proto__: %s',
    (text) => {
      const value = parseLossless(text);
      expect(Object.getOwnPropertyNames(Reflect.get(Object(value), 'a'))).toEqual(['b']);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    },
  );

  it('reads what is nested 100 deep, and refuses what is nested deeper by name', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseLossless(nested(100))).toBeInstanceOf(Array);
    for (const depth of [101, 500_000]) expect(() => parseLossless(nested(depth))).toThrow(RangeError);
    expect(() => parseLossless(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`)).toThrow('nested more than 100 deep');
  });

  it('agrees with JSON.parse on everything JavaScript can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, (key, item: unknown) => {
          if (key === '__proto__') return undefined;
          return typeof item === 'number' && !Number.isSafeInteger(item) ? 0.5 : item;
        });
        expect(parseLossless(`{"value":${text}}`)).toEqual(JSON.parse(`{"value":${text}}`));
      }),
    );
  });

  it('agrees with a parser that reads every number by hand', () => {
    const number = fc.oneof(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String),
      fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
    );
    const token = fc.oneof(
      number,
      fc.string().map((text) => JSON.stringify(text)),
      number.map((digits) => JSON.stringify(`, ${digits}\\"`)),
    );
    const list = fc.array(token).map((items) => `[${items.join(', ')}]`);
    const members = fc.array(fc.tuple(fc.string(), fc.oneof(token, list)));
    fc.assert(
      fc.property(members, (entries) => {
        const text = `{${entries
          .filter(([name]) => name !== '__proto__')
          .map(([name, value]) => `${JSON.stringify(`x${name}`)}:${value}`)
          .join(',')}}`;
        const exact = parseElsewhere(text, null, {
          parseNumber: (digits) => {
            const held = /^-?\d+$/.test(digits)
              ? Number.isSafeInteger(Number(digits))
              : Number.isFinite(Number(digits));
            return held ? Number(digits) : digits;
          },
          onDuplicateKey: ({ newValue }) => newValue,
        });
        expect(parseLossless(text)).toEqual(exact);
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

  it.each(['', '<html>', '{"a":', '{"a":1}x', 'undefined', '{7080213458555737986:1}', '07080213458555737986', '[1e]'])(
    'refuses %j, which is not JSON',
    (text) => {
      expect(() => parseLossless(text)).toThrow(SyntaxError);
    },
  );
});
