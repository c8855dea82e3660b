import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeForm, fieldOf, parseForm, repeatedField } from './form.js';

test('decodes escapes and plus signs', () => {
  const form = parseForm('code=abc%2A1%214608.va&state=a+b%20c&flag');
  expect(form && fieldOf(form, 'code')).toBe('abc*1!4608.va');
  expect(form && fieldOf(form, 'state')).toBe('a b c');
  expect(form?.get('flag')).toEqual(['']);
});

test('a code that was encoded twice stays encoded once', () => {
  const form = parseForm('code=abc%252A1%25214608.va');
  expect(form && fieldOf(form, 'code')).toBe('abc%2A1%214608.va');
});

test.each(['a=%', 'a=%zz', 'a=%2', 'a=%ff', '%=a'])('%s is malformed', (text) => {
  expect(parseForm(text)).toBeUndefined();
});

test('an empty field counts as absent', () => {
  expect(fieldOf(new Map([['code', ['']]]), 'code')).toBeUndefined();
});

test('finds the field that came twice, among those asked for', () => {
  const form = new Map([
    ['utm', ['1', '2']],
    ['code', ['1', '2']],
  ]);
  expect(repeatedField(form)).toBe('utm');
  expect(repeatedField(form, ['code'])).toBe('code');
  expect(repeatedField(form, ['state'])).toBeUndefined();
});

test('writes callbacks as TikTok does', () => {
  expect(encodeForm([['code', 'abc*1!4608.va']])).toBe('code=abc%2A1%214608.va');
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseForm(text)));
});

test('reads back whatever it writes, and so does URLSearchParams', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const encoded = encodeForm(pairs);
      expect([...new URLSearchParams(encoded)]).toEqual(pairs);
      const form = parseForm(encoded);
      for (const [name, value] of pairs) expect(form?.get(name)).toContain(value);
    }),
  );
});
