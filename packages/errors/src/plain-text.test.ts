import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeControls } from './escape-controls.js';
import { isPlainText } from './plain-text.js';
import { redactText } from './redact-text.js';

/** Pieces of what secrets, and the texts around them, are made of. */
const pieces = fc.constantFrom(
  ...['act', 'rft.', 'clt', '.', '%2E', 'Bearer', 'basic', 'Basic', ' ', '+', '%20', 'client_secret', 'code', 'token'],
  ...[':', '=', ',', '%3D', '%253A', '"', "'", '\\', '\n', '!', '*', '%21', '@', '://', 'user', 'dXNlcjpwYXNz', '6410'],
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((parts) => parts.join('')),
);

describe('a plain text', () => {
  it('is one that is written as it is, whatever it is', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (!isPlainText(text)) return;
        expect(redactText(text)).toBe(text);
        expect(escapeControls(text)).toBe(text);
        // The exclamation mark has every step look, at the very same words.
        expect(redactText(`!\n${text}`)).toBe(`!\n${text}`);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '',
    'Operation done',
    'user.info',
    'tt-1736159823400-9f2c1ab07d44',
    '/v2/user/info/',
    'a tab\tand “quotes”',
  ])('is %j', (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  it.each([
    'act.x',
    'Bearer x',
    'basic+x',
    'a=b',
    'a: b',
    'a, b',
    'a%20b',
    'wow!',
    'me@home',
    'a\nb',
    '\u001b[31m',
    '\u202e',
  ])('is not %j', (text) => {
    expect(isPlainText(text)).toBe(false);
  });
});

it('a text at which redactText only glances is one that it would leave alone', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(`!\n${redactText(text)}`).toBe(redactText(`!\n${text}`));
    }),
    { numRuns: 5_000 },
  );
});
