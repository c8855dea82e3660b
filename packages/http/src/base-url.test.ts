import { expect, it } from 'vitest';
import { parseBaseUrl } from './base-url.js';

it.each(['https://open.tiktokapis.com', 'http://localhost:4010', 'http://127.0.0.1:1', 'http://[::1]:8080/x'])(
  'takes %s',
  (url) => {
    expect(parseBaseUrl('baseUrl', url).href).toContain(url);
  },
);

it.each(['http://open.tiktokapis.com', 'ftp://localhost', 'open.tiktokapis.com', '', 'https://a.b/?q=1'])(
  'refuses %j by name',
  (url) => {
    expect(() => parseBaseUrl('createTikTokHttp: baseUrl', url)).toThrow(
      `createTikTokHttp: baseUrl is ${JSON.stringify(url)}; expected an https URL`,
    );
  },
);

it('does not show the password of a URL that it refuses', () => {
  expect(() => parseBaseUrl('baseUrl', 'https://user:c4n4ry@a.example')).toThrow(
    /^baseUrl is "https:\/\/\[redacted\]@a\.example"; expected/,
  );
});
