/** The end of a name is what tells: `access_token`, `newRefreshToken`, `TIKTOK_CLIENT_SECRET`, `x-api-key`. */
const SECRET_NAME =
  /(?:token|secret|passw(?:or)?d|passphrase|verifier|authorization|cookie|auth(?:orization)?[-_]?code|client[-_]?ticket|(?:api|access|private|secret|signing|encryption)[-_]?key|(?:^|[-_])(?:pass|pwd))$/i;

/** Several of them at once: the names of lists. */
const SECRET_LIST = /(?:token|secret|password|verifier|cookie|auth[-_]?code|key)s$/i;

/**
 * Whether a field of this name holds a secret: anything that ends in `token`, `secret`, `password`, `verifier`,
 * `authorization`, `cookie`, `auth_code`, `api_key` and their like, in any spelling.
 */
export function isSecretField(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a field of this name holds a list of secrets, such as `tokens`. */
export function isSecretListField(name: string): boolean {
  // Asked for every field, and hardly ever true.
  if (!name.endsWith('s') && !name.endsWith('S')) return false;
  return SECRET_LIST.test(name) && SECRET_NAME.test(name.slice(0, -1));
}

/** A system's, a program's or TikTok's word for an error, and nothing random: `invalid_grant`, `ECONNRESET`, `42P01`. */
const ERROR_CODES: readonly RegExp[] = [
  /^(?:[a-z]+\d{0,4}|\d{1,4})(?:[-_./](?:[a-z]+\d{0,4}|\d{1,4}))*$/,
  /^[A-Z]+\d{0,4}(?:[-_][A-Z\d]{1,24})*$/,
  /^(?:[A-Z][a-z]+)+\d{0,4}$/,
  /^-?\d{1,12}$/,
  /^[A-Z\d]{1,6}$/,
  /^[a-z]{2}[-_][A-Z]{2}$/,
];

/**
 * Whether `value` reads like an error's code. A field called `code` can hold that or an authorization code, and error
 * codes must stay readable.
 */
export function looksLikeErrorCode(value: string): boolean {
  return value.length <= 64 && ERROR_CODES.some((shape) => shape.test(value));
}

/** Fields that stand beside an authorization code and beside no error code. */
const OAUTH_FIELDS: readonly string[] = [
  'grant_type',
  'grantType',
  'redirect_uri',
  'redirectUri',
  'code_verifier',
  'codeVerifier',
];

/** Fields that stand beside an authorization code, but elsewhere too. */
const CALLBACK_FIELDS: readonly string[] = ['state', 'scopes'];

/** An authorization code is long; a shorter value in a field called `code` is taken for some other code. */
const LONG = 16;

/**
 * Whether the value of a field called `code` is an authorization code, judged by its look and by the fields beside it.
 *
 * @param has Whether a field of that name stands beside it.
 */
export function isAuthorizationCode(value: string, has: (name: string) => boolean): boolean {
  if (OAUTH_FIELDS.some(has)) return true;
  return !looksLikeErrorCode(value) && (value.length >= LONG || CALLBACK_FIELDS.some(has));
}
