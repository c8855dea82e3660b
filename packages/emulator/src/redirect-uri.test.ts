import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchRedirectUri, parseRedirectUri, type RegisteredRedirectUri } from './redirect-uri.js';

describe('registering', () => {
  test.each([
    ['https://app.example.com/callback', 'web'],
    ['https://app.example.com:8443/callback/', 'web'],
    ['https://app.example.com', 'web'],
    ['http://localhost:3000/callback', 'desktop'],
    ['https://127.0.0.1:3000/callback', 'desktop'],
    ['http://127.0.0.1:*/callback/', 'desktop'],
  ])('%s is a %s redirect URI', (text, platform) => {
    expect(parseRedirectUri(text)).toMatchObject({ kind: 'parsed', uri: { platform } });
  });

  test.each([
    ['http://app.example.com/callback', /http on a host other than localhost/],
    ['https://app.example.com:*/callback', /port wildcard on a host other/],
    ['http://localhost/callback', /without a port/],
    ['https://app.example.com/callback?next=1', /query/],
    ['https://app.example.com/callback#top', /fragment/],
    ['https://user@app.example.com/callback', /not an absolute http\(s\) URI/],
    ['myapp://callback', /not an absolute http\(s\) URI/],
    ['/callback', /not an absolute http\(s\) URI/],
    ['https://app.example.com/with space', /not an absolute http\(s\) URI/],
    ['https://app.example.com/a\r\nset-cookie:x', /not an absolute http\(s\) URI/],
    ['http://localhost:99999/callback', /not a valid URI/],
    [`https://app.example.com/${'a'.repeat(500)}`, /longer than 511/],
  ])('%j is refused', (text, problem) => {
    expect(parseRedirectUri(text)).toEqual({ kind: 'refused', problem: expect.stringMatching(problem) });
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
        const parsed = parseRedirectUri(text);
        // What is registered is matched by itself, unless a wildcard stands in it.
        if (parsed.kind === 'parsed' && parsed.uri.port.kind === 'fixed') {
          expect(matchRedirectUri([parsed.uri], text).kind).toBe('matched');
        }
      }),
    );
  });
});

describe('matching', () => {
  const registered = ['http://localhost:*/cb', 'https://app.example.com/cb'].map(register);

  test.each([
    ['http://localhost:3000/cb', 'desktop'],
    ['http://localhost:65535/cb', 'desktop'],
    ['https://app.example.com/cb', 'web'],
  ])('%s matches', (requested, platform) => {
    expect(matchRedirectUri(registered, requested)).toEqual({ kind: 'matched', platform });
  });

  test.each([
    'http://localhost:*/cb',
    'http://localhost/cb',
    'http://localhost:0/cb',
    'http://localhost:03000/cb',
    'http://localhost:65536/cb',
    'http://localhost:3000/evil/cb',
    'http://localhost:3000@evil.example/cb',
    'http://localhost:evil.example/cb',
    'http://127.0.0.1:3000/cb',
    'https://localhost:3000/cb',
    'https://app.example.com/cb?x=1',
    'https://app.example.com/CB',
    'https://APP.example.com/cb',
    'https://app.example.com:443/cb',
  ])('%s does not', (requested) => {
    expect(matchRedirectUri(registered, requested).kind).toBe('unregistered');
  });

  test.each(['http://localhost:3000/cb/', 'https://app.example.com/cb/'])('%s is told about its slash', (requested) => {
    expect(matchRedirectUri(registered, requested)).toMatchObject({ hint: expect.stringContaining('trailing slash') });
  });

  test('whatever is asked for, a match differs from what was registered in nothing but a port', () => {
    const pieces = fc.constantFrom(
      'http://',
      'https://',
      'localhost',
      'app.example.com',
      ':',
      '*',
      '3000',
      '/cb',
      '@',
      '/',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const requested = parts.join('');
        if (matchRedirectUri(registered, requested).kind === 'matched') {
          expect(requested).toMatch(/^http:\/\/localhost:[1-9]\d{0,4}\/cb$|^https:\/\/app\.example\.com\/cb$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function register(text: string): RegisteredRedirectUri {
  const parsed = parseRedirectUri(text);
  if (parsed.kind === 'refused') throw new Error(parsed.problem);
  return parsed.uri;
}
