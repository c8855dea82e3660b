import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalPath } from './local-path.js';

const ORIGIN = 'https://app.example';

describe('isLocalPath', () => {
  it.each([
    '/',
    '/videos',
    '/videos/',
    '/a/b.html?x=1&next=%2F%2Fx&y=a%5Cb%0A#top',
    '/a//b',
    '/caf%C3%A9',
    '/a%20b',
    '/one%20two%20three%20four%20five%20six%20seven',
    '/100%25',
    '/%zz',
    '/files/a%2Fb',
    '/a%2525252Fb',
    '/..',
    '/a/../b',
    '/@evil.example',
    '/https://evil.example',
    '/?//evil.example',
    `/${'x'.repeat(1_999)}`,
  ])('%s is one', (value) => {
    expect(isLocalPath(value)).toBe(true);
  });

  it.each([
    '',
    'videos',
    './videos',
    '?x=1',
    '#x',
    'https://evil.example',
    'javascript:alert(1)',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/a\\b',
    '/?\\',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\nSet-Cookie: a=b',
    '/ /evil.example',
    '/\u0000',
    '/café',
    '/\u2028',
    '/%2Fevil.example',
    '/%2f%2fevil.example',
    '/%252Fevil.example',
    `/%${'25'.repeat(900)}2Fevil.example`,
    '/a%252525252Fb',
    '/%5Cevil.example',
    '/%255cevil.example',
    '/%09/evil.example',
    '/%0d%0aSet-Cookie:%20a=b',
    '/%00',
    '/%7f/',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    '/x/%2e%2e//evil.example',
    '/x/%252e%252e//evil.example',
    '/.%2F/evil.example',
    `/${'x'.repeat(2_000)}`,
    ['/videos'],
    { toString: () => '/videos' },
    undefined,
    null,
    1,
  ])('%j is none', (value) => {
    expect(isLocalPath(value)).toBe(false);
  });

  it('whatever it lets through stays on the site, and in its header', () => {
    // Made of what tricks are made of.
    const trick = fc.constantFrom(
      ...['/', '\\', '.', '..', '%2f', '%2F', '%5c', '%5C', '%2e', '%25', '%09', '%0a', '%00', '\t', '\n', ' ', '%'],
      ...['25', '2f', '5c', '@', ':', '?', '#', ';', 'evil.example', 'a', 'é', '\u2028', 'https:', 'http://'],
    );
    const value = fc.array(trick, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          value.map((text) => `/${text}`),
        ),
        (text) => {
          fc.pre(isLocalPath(text));
          validateHeaderValue('location', text);
          for (let path = text, round = 0; round < 8; round++) {
            const there = new URL(path, ORIGIN);
            expect(there.origin).toBe(ORIGIN);
            // As somebody sees it who redirects to the path alone.
            expect(new URL(there.pathname, ORIGIN).origin).toBe(ORIGIN);
            path = decoded(path.split(/[?#]/, 1)[0] ?? '');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes every path that a URL of the site can have', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
        fc.pre(!/^\/*$|^\/\//.test(path) && !/%(?:[01][\da-f]|7f|5c|25)/i.test(path) && path.length < 500);
        const { pathname, search } = new URL(`${path}?${query}`, ORIGIN);
        fc.pre(!pathname.startsWith('//') && !/^\/(?:\.|%2e|%2f)/i.test(pathname));
        expect(isLocalPath(pathname + search)).toBe(pathname.length + search.length <= 2_000);
      }),
    );
  });
});

/** As a careless program decodes. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return unescape(path);
  }
}
