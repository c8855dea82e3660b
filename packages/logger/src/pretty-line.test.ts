import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyLine } from './pretty-line.js';

it('whatever the message, the first line is the message’s only line and the rest is the context', () => {
  const now = new Date('2025-11-14T10:30:45.123Z');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (message) => {
      const [first, ...rest] = prettyLine(1, message, { a: 1 }, now).split(/[\n\r\u2028\u2029]/);
      expect(first?.startsWith('[2025-11-14T10:30:45.123Z] [TikTok] [INFO] ')).toBe(true);
      expect(rest.join('\n').trimEnd()).toBe(inspect({ a: 1, timestamp: now.toISOString() }));
    }),
  );
});
