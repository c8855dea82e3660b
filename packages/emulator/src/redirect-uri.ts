/**
 * A redirect URI as an app registers it.
 *
 * `desktop` is the loopback kind: `localhost` or `127.0.0.1` with a port, which may be `*`. `web` is all the rest.
 * Source: TikTok's `login-kit-web` and `login-kit-desktop`.
 */
export type RegisteredRedirectUri =
  | { readonly platform: 'web'; readonly text: string; readonly port: FixedPort }
  | { readonly platform: 'desktop'; readonly text: string; readonly port: FixedPort | AnyPort };

interface FixedPort {
  readonly kind: 'fixed';
}

interface AnyPort {
  readonly kind: 'any';
  /** All that stands before the port, colon included. */
  readonly before: string;
  /** All that stands after it. */
  readonly after: string;
}

export type ParsedRedirectUri =
  | { readonly kind: 'parsed'; readonly uri: RegisteredRedirectUri }
  | { readonly kind: 'refused'; readonly problem: string };

const SHAPE = /^(https?):\/\/([^/:?#@[\]]+|\[[0-9A-Fa-f:.]+\])(?::(\*|\d+))?(\/[^?#]*)?$/;
// Whatever is registered is later written into a Location header as it stands.
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/@!$&'()*+,;=%[\]]+$/;

/** Applies TikTok's rules for registering a redirect URI; says which one is broken. */
export function parseRedirectUri(text: string): ParsedRedirectUri {
  const refused = (problem: string): ParsedRedirectUri => ({ kind: 'refused', problem });
  if (text.length >= 512) return refused('longer than 511 characters');
  if (text.includes('#')) return refused('a URI with a fragment');
  if (text.includes('?')) return refused('a URI with a query');
  const match = SHAPE.exec(text);
  if (match === null || !URI_CHARACTERS.test(text)) return refused('not an absolute http(s) URI');
  const [, scheme = '', host = '', port] = match;
  if (!URL.canParse(port === '*' ? text.replace(':*', ':1') : text)) return refused('not a valid URI');

  if (!isLoopback(host)) {
    if (scheme !== 'https') return refused('http on a host other than localhost or 127.0.0.1');
    if (port === '*') return refused('a port wildcard on a host other than localhost or 127.0.0.1');
    return { kind: 'parsed', uri: { platform: 'web', text, port: { kind: 'fixed' } } };
  }
  if (port === undefined) return refused('a loopback URI without a port');
  if (port !== '*') return { kind: 'parsed', uri: { platform: 'desktop', text, port: { kind: 'fixed' } } };
  const before = `${scheme}://${host}:`;
  const after = text.slice(before.length + 1);
  return { kind: 'parsed', uri: { platform: 'desktop', text, port: { kind: 'any', before, after } } };
}

type RedirectUriMatch =
  | { readonly kind: 'matched'; readonly platform: 'web' | 'desktop' }
  | { readonly kind: 'unregistered'; readonly hint: string };

/** Exact match, character for character; only the port of a loopback URI may be a wildcard. */
export function matchRedirectUri(registered: readonly RegisteredRedirectUri[], requested: string): RedirectUriMatch {
  const found = registered.find((uri) => covers(uri, requested));
  if (found !== undefined) return { kind: 'matched', platform: found.platform };

  const otherSlash = requested.endsWith('/') ? requested.slice(0, -1) : `${requested}/`;
  const hint = registered.some((uri) => covers(uri, otherSlash))
    ? 'It differs from a registered one only in the trailing slash; the match is exact.'
    : 'It is not one of the registered ones; the match is exact.';
  return { kind: 'unregistered', hint };
}

function covers(uri: RegisteredRedirectUri, requested: string): boolean {
  switch (uri.port.kind) {
    case 'fixed':
      return uri.text === requested;
    case 'any': {
      const { before, after } = uri.port;
      if (!requested.startsWith(before) || !requested.endsWith(after)) return false;
      // slice, not a pattern: what was registered must not act as a regular expression.
      const port = requested.slice(before.length, requested.length - after.length);
      return /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
    }
  }
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '127.0.0.1';
}
