/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** A value nested deeper than this is left out, so that a hostile structure costs little. */
const MAX_DEPTH = 12;

/** Field names whose value is a secret, compared without case, `_` and `-`. */
const SECRET_FIELDS = new Set([
  'accesstoken',
  'refreshtoken',
  'clientaccesstoken',
  'token',
  'clientsecret',
  'secret',
  'password',
  'authorization',
  'cookie',
  'setcookie',
  'codeverifier',
  'verifier',
  'authorizationcode',
  'authcode',
  'apikey',
  'privatekey',
]);

/** Secrets recognised by their shape, wherever they stand in a text. */
const SECRET_SHAPES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // TikTok's user, refresh and client tokens carry their kind as a prefix.
  [/\b(act|rft|clt)\.[^\s"'<>&,;)}\]]+/g, `$1.${REDACTED}`],
  [/\b(Bearer|Basic)\s+[^\s"'<>,;]+/gi, `$1 ${REDACTED}`],
  // A form body or a URL's query; also its percent-encoded form inside another URL.
  [
    /(?<=\b|%3F|%26)(client_secret|access_token|refresh_token|code_verifier|code|auth_code|token)(=|%3D)[^&\s"'<>#]+/gi,
    `$1$2${REDACTED}`,
  ],
  // A JSON text quoted in a message.
  [
    /(\\?")(client_secret|access_token|refresh_token|code_verifier|auth_code|token)(\\?"\s*:\s*\\?")[^"\\]*/gi,
    `$1$2$3${REDACTED}`,
  ],
  // An authorization code on its own: TikTok's end in `*<digit>!<digits>`.
  [/[A-Za-z0-9_.-]{8,}\*\d+![A-Za-z0-9_.]+/g, REDACTED],
];

/** Whether a field of this name holds a secret, by the list this package keeps. */
export function isSecretField(name: string): boolean {
  return SECRET_FIELDS.has(name.replace(/[_-]/g, '').toLowerCase());
}

/**
 * `text` with every secret of a known shape replaced by {@link REDACTED}: TikTok tokens, `Bearer ...`,
 * `client_secret=...` and its like in a form or URL, and authorization codes.
 */
export function redactText(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of SECRET_SHAPES) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

/**
 * A copy of `value` that is safe to log: fields with a secret's name are replaced whole, strings by
 * {@link redactText}, at any depth. What cannot be read or is nested too deep is said to be so; nothing is thrown,
 * and `value` is left as it was.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (value instanceof Date) return value;
  above.add(value);
  try {
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1, above));
    if (value instanceof Error) return copyError(value, depth, above);
    return copyFields(value, depth, above);
  } finally {
    above.delete(value);
  }
}

function copyFields(source: object, depth: number, above: Set<object>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(source)) define(result, key, field(source, key, depth, above));
  return result;
}

function copyError(error: Error, depth: number, above: Set<object>): Record<string, unknown> {
  const result = copyFields(error, depth, above);
  for (const key of ['name', 'message', 'stack', 'cause']) {
    if (key in error) define(result, key, field(error, key, depth, above));
  }
  return result;
}

function field(source: object, key: string, depth: number, above: Set<object>): unknown {
  let value: unknown;
  try {
    value = Reflect.get(source, key);
  } catch {
    return '[unreadable]';
  }
  const present = value !== undefined && value !== null && value !== '';
  return present && isSecretField(key) ? REDACTED : copy(value, depth + 1, above);
}

/** Assigning to a key called `__proto__` would set the prototype instead of a field. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
