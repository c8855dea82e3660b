/** Long enough for any page, short enough for a cookie. */
const MAX_LENGTH = 2_000;

/** Who encodes more often than this means to hide something. */
const MAX_ENCODINGS = 4;

const HERE = 'http://here.invalid';

/**
 * Whether `value` leads to a page of the same site, whichever program reads it, and however often that decodes it first.
 * `//host`, `/\host`, `/%2F/host`, `/%09/host`, `/x/..//host` and their like all lead away in some browser, proxy or
 * framework.
 *
 * @see https://url.spec.whatwg.org/#url-parsing
 */
export function isLocalPath(value: unknown): value is string {
  // In a URL all else is percent-encoded, and a header would not take it.
  if (typeof value !== 'string' || value.length > MAX_LENGTH || !/^\/[\x21-\x7e]*$/.test(value)) return false;
  if (value.includes('\\')) return false;
  // What stands behind the path is nobody's host, however it is decoded.
  let [path = ''] = value.split(/[?#]/, 1);
  for (let encodings = 0; encodings <= MAX_ENCODINGS; encodings++) {
    if (leadsAway(path)) return false;
    const decoded = decodedOnce(path);
    if (decoded === path) return true;
    path = decoded;
  }
  return false;
}

function leadsAway(path: string): boolean {
  // Browsers read a backslash as a slash and skip tabs and line breaks; then two slashes begin a host.
  if (path.startsWith('//') || /[\\\p{Cc}]/u.test(path)) return true;
  // Dot segments are taken out first, and can leave two slashes behind.
  return !URL.canParse(path, HERE) || new URL(path, HERE).pathname.startsWith('//');
}

/** Only of what is ASCII: nothing else can take part in a host, and the rest need not be UTF-8. */
function decodedOnce(path: string): string {
  return path.replace(/%([0-7][\da-f])/gi, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
