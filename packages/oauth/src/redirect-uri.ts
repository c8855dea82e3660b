const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/** Whether TikTok treats this redirect URI as a desktop app's, which must use PKCE. */
export function isLoopback(redirectUri: string): boolean {
  return URL.canParse(redirectUri) && LOOPBACK.has(new URL(redirectUri).hostname);
}

/**
 * What TikTok would refuse in a redirect URI, in words; `undefined` where nothing is wrong. TikTok compares it with what
 * was registered to the letter, so nothing is repaired.
 *
 * @see https://developers.tiktok.com/doc/login-kit-web
 * @see https://developers.tiktok.com/doc/login-kit-desktop
 */
export function redirectUriProblem(redirectUri: string): string | undefined {
  // A URL parser drops some of these without a word.
  if (/[\s\p{Cc}]/u.test(redirectUri)) return 'expected no white space and no control characters';
  // The wildcard belongs into the portal alone; a browser could not open it.
  if (/^https?:\/\/[^/]*:\*/.test(redirectUri)) {
    return 'expected a port number: the wildcard * is for the registration at TikTok';
  }
  // A URL parser also takes `https:app.example` and `https:\\app.example`, and changes them into something else.
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/]/i.test(redirectUri) || redirectUri.includes('\\') || !URL.canParse(redirectUri)) {
    return 'expected an absolute URL, such as https://app.example/auth/tiktok/callback';
  }
  const url = new URL(redirectUri);
  const loopback = LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    return 'expected https, or http on localhost or 127.0.0.1';
  }
  if (url.username !== '' || url.password !== '') return 'expected no user name and password';
  // In the text, since a URL forgets the port that is its scheme's own.
  if (loopback && !/^https?:\/\/[^/]+:\d+/i.test(redirectUri))
    return 'expected a port: TikTok wants one on localhost and 127.0.0.1';
  if (redirectUri.includes('?')) return 'expected no query: TikTok refuses one, since the URI must be static';
  if (redirectUri.includes('#')) return 'expected no fragment: TikTok refuses one';
  if (redirectUri.length >= 512) return `expected fewer than 512 characters, not ${redirectUri.length}`;
  return undefined;
}
