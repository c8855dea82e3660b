/** A JSON value whose numbers are all exact: an integer that JavaScript would round is a string of its digits. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Fields that hold an id. They are strings whatever TikTok sends, so that a short id and a long one look alike. */
const ID_FIELDS = new Set([
  'id',
  'open_id',
  'union_id',
  'user_openid',
  'video_id',
  'video_ids',
  'publish_id',
  'post_id',
  'share_id',
  'request_id',
  'log_id',
  'logid',
  'publicaly_available_post_id',
]);

/** TikTok's answers nest six deep. Whoever walks through a decoded value should not run out of stack. */
const DEEPEST = 100;

/** Where a number may begin that `JSON.parse` cannot hold: 16 digits, or an exponent of 3. It may also be in a text. */
const MAY_LOSE_DIGITS = /(?:^|[\s,:[])-?(?:\d{16}|[\d.]+[Ee]\+?\d{3})/;

/** A whole text, or a whole number, of a JSON text that is known to be valid. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.Ee+-]*/g;

/**
 * Decodes JSON without losing a digit (D10). TikTok sends ids of 19 digits as numbers, which `JSON.parse` rounds
 * without a word. A key `__proto__` is left out: it is of use to nobody but an attacker.
 *
 * @throws SyntaxError when `text` is not JSON, RangeError when it is nested more than 100 deep.
 */
export function parseLossless(text: string): JsonValue {
  // First as it is, which proves that it is JSON: only then is it safe to tell its texts from its numbers by a pattern.
  const rounded = JSON.parse(text) as JsonValue;
  const exact = MAY_LOSE_DIGITS.test(text) ? (JSON.parse(text.replace(TEXT_OR_NUMBER, quoted)) as JsonValue) : rounded;
  return withIdsAsStrings(exact, { isId: false, depth: 0 });
}

/** A number that JavaScript cannot hold as a text of its digits; all else as it stands. */
function quoted(token: string): string {
  if (token.startsWith('"')) return token;
  const value = Number(token);
  const held = /^-?\d+$/.test(token) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return held ? token : `"${token}"`;
}

/** In place: the value is ours, and nobody has seen it yet. */
function withIdsAsStrings(value: JsonValue, at: { readonly isId: boolean; readonly depth: number }): JsonValue {
  if (typeof value === 'number') return at.isId ? String(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const depth = at.depth + 1;
  if (depth > DEEPEST) throw new RangeError(`nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (mayChange(item)) value[index] = withIdsAsStrings(item, { isId: at.isId, depth });
    }
    return value;
  }
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (key === '__proto__') delete value[key];
    else if (mayChange(item)) value[key] = withIdsAsStrings(item, { isId: ID_FIELDS.has(key), depth });
  }
  return value;
}

function mayChange(value: JsonValue | undefined): value is number | JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === 'number' || (typeof value === 'object' && value !== null);
}
