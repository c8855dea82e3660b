import { expect, it } from 'vitest';
import { isLoopback, redirectUriProblem } from './redirect-uri.js';

it.each([
  'https://app.example/auth/tiktok/callback',
  'https://app.example/auth/tiktok/callback/',
  'http://localhost:3000/auth/tiktok/callback',
  'http://127.0.0.1:8080/cb',
  'http://localhost:80/cb',
  'https://localhost:443/cb',
  'HTTPS://127.0.0.1:3000/cb',
  'https://app.example',
  `https://app.example/${'x'.repeat(491)}`,
])('%s is as TikTok wants it', (uri) => {
  expect(redirectUriProblem(uri)).toBeUndefined();
});

it.each([
  ['/auth/callback', /absolute URL/],
  ['', /absolute URL/],
  ['app.example/cb', /absolute URL/],
  ['https:app.example/cb', /absolute URL/],
  ['https:\\\\app.example\\cb', /absolute URL/],
  ['https:///app.example/cb', /absolute URL/],
  ['https://app.example\\cb', /absolute URL/],
  ['https://user@app.example/cb', /no user name and password/],
  ['https://:pass@app.example/cb', /no user name and password/],
  ['http://127.0.0.1:*/cb', /wildcard \* is for the registration/],
  ['http://[::1]:3000/cb', /https, or http on localhost/],
  ['http://localhost.evil.example:3000/cb', /https, or http on localhost/],
  ['https://app.example/cb\u0000', /no control characters/],
  ['https://app.example/cb ', /no white space/],
  ['http://app.example/cb', /https, or http on localhost/],
  ['myapp://callback', /https/],
  ['http://localhost/cb', /a port/],
  ['https://app.example/cb?x=1', /no query/],
  ['https://app.example/cb?', /no query/],
  ['https://app.example/cb#x', /no fragment/],
  [`https://app.example/${'x'.repeat(492)}`, /fewer than 512 characters, not 512/],
])('%s is not', (uri, problem) => {
  expect(redirectUriProblem(uri)).toMatch(problem);
});

it('knows loopback by its host', () => {
  expect(isLoopback('http://localhost:3000/cb')).toBe(true);
  expect(isLoopback('https://localhost.evil.example/cb')).toBe(false);
  expect(isLoopback('nonsense')).toBe(false);
});
