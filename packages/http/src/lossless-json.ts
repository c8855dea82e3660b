import { parse } from 'lossless-json';

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

/**
 * Decodes JSON without losing a digit (D10). TikTok sends ids of 19 digits as numbers, which `JSON.parse` rounds
 * without a word.
 *
 * @throws SyntaxError when `text` is not JSON, RangeError when it is nested too deep to be read.
 */
export function parseLossless(text: string): JsonValue {
  return withIdsAsStrings(parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue }) as JsonValue);
}

function parseNumber(digits: string): number | string {
  const value = Number(digits);
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? digits : value;
}

function withIdsAsStrings(value: JsonValue, isId = false): JsonValue {
  if (typeof value === 'number') return isId ? String(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withIdsAsStrings(item, isId));
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined || key === '__proto__') continue;
    value[key] = withIdsAsStrings(item, ID_FIELDS.has(key));
  }
  return value;
}
