import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyLine } from './pretty-output.js';

const now = new Date('2025-11-14T10:30:45.123Z');

it('is the line of the brief, and below it what util.inspect prints', () => {
  const context = { correlationId: 'tt-1736159823400-abc123', userId: 'u1', nested: { list: [1, 2] } };
  expect(prettyLine({ level: 1, message: 'Operation started', context }, now)).toBe(
    `[2025-11-14T10:30:45.123Z] [TikTok] [INFO] Operation started\n${inspect({ ...context, timestamp: now.toISOString() })}\n`,
  );
});

it('whatever the message, the first line is its only line and the rest is the context', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (message) => {
      const text = prettyLine({ level: 1, message, context: { a: 1 } }, now);
      const [first, ...rest] = text.split(/[\n\r\u0085\u2028\u2029]/);
      expect(first?.startsWith('[2025-11-14T10:30:45.123Z] [TikTok] [INFO] ')).toBe(true);
      expect(rest.join('\n').trimEnd()).toBe(inspect({ a: 1, timestamp: now.toISOString() }));
    }),
  );
});
