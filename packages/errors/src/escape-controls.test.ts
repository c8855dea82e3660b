import { describe, expect, it } from 'vitest';
import { escapeControls } from './escape-controls.js';

describe('escapeControls', () => {
  it.each([
    ['a\nb', 'a\\nb'],
    ['a\r\nb', 'a\\r\\nb'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u009b2J', '\\u009b2J'],
    ['a\u0085b\u2028c\u2029d', 'a\\u0085b\\u2028c\\u2029d'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
    ['\u0000\b\u007f', '\\u0000\\u0008\\u007f'],
  ])('writes %j out', (text, written) => {
    expect(escapeControls(text)).toBe(written);
  });

  it.each(['', 'plain', 'tab\there', 'Grüße, 你好 👋🏽', 'back\\slash'])('leaves %j as it is', (text) => {
    expect(escapeControls(text)).toBe(text);
  });

  it('leaves the lines of a text that has lines, and only those', () => {
    expect(escapeControls('a\n    at b\r\u001b[2J', { keepLineBreaks: true })).toBe('a\n    at b\\r\\u001b[2J');
  });
});
