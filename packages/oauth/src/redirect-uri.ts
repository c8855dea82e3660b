const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/** Whether TikTok treats this redirect URI as a desktop app's, which must use PKCE. */
export function isLoopback(redirectUri: string): boolean {
  return URL.canParse(redirectUri) && LOOPBACK.has(new URL(redirectUri).hostname);
}

/**
 * What TikTok would refuse in a redirect URI, in words; `undefined` where nothing is wrong.
 *
 * @see https://developers.tiktok.com/doc/login-kit-web
 * @see https://developers.tiktok.com/doc/login-kit-desktop
 */
export function redirectUriProblem(redirectUri: string): string | undefined {
  if (/\s/.test(redirectUri)) return 'expected no white space';
  if (!URL.canParse(redirectUri)) return 'expected an absolute URL, such as https://app.example/auth/tiktok/callback';
  const url = new URL(redirectUri);
  const loopback = LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    return 'expected https, or http on localhost or 127.0.0.1';
  }
  // In the text, since a URL forgets the port that is its scheme's own.
  if (loopback && !/^https?:\/\/[^/]+:\d+/.test(redirectUri))
    return 'expected a port: TikTok wants one on localhost and 127.0.0.1';
  if (redirectUri.includes('?')) return 'expected no query: TikTok refuses one, since the URI must be static';
  if (redirectUri.includes('#')) return 'expected no fragment: TikTok refuses one';
  if (redirectUri.length >= 512) return `expected fewer than 512 characters, not ${redirectUri.length}`;
  return undefined;
}
