/** Decoded pairs by name, in the order they came; a name may come more than once. */
export type Form = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `application/x-www-form-urlencoded` text, which is what queries and bodies both are.
 *
 * Strict where `URLSearchParams` is lenient: an escape that is not two hex digits, or bytes that are not UTF-8, make the
 * whole text malformed (`undefined`), because a code that was decoded twice shows up exactly there.
 */
export function parseForm(text: string): Form | undefined {
  const form = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    const values = form.get(name);
    if (values === undefined) form.set(name, [value]);
    else values.push(value);
  }
  return form;
}

/** The value of a field; `undefined` when it is absent or empty, which OAuth treats alike (RFC 6749, 3.1). */
export function fieldOf(form: Form, name: string): string | undefined {
  return form.get(name)?.[0] || undefined;
}

/** The first of `names` that came twice, which OAuth forbids; all names when none are given. */
export function repeatedField(form: Form, names: Iterable<string> = form.keys()): string | undefined {
  for (const name of names) if ((form.get(name)?.length ?? 0) > 1) return name;
  return undefined;
}

/** Encodes as TikTok does in its redirects: `*` and `!` escaped too, a space as `+`. */
export function encodeForm(pairs: readonly (readonly [name: string, value: string])[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

function encode(text: string): string {
  const escaped = encodeURIComponent(text).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return escaped.replaceAll('%20', '+');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
