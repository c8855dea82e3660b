import { redactNamedValues } from './redact-named-values.js';
import { REDACTED } from './redacted.js';

/**
 * What a text has that holds a secret of a known shape: a separator between name and value, percent-encoding, the marks of a
 * code, of a URL's password, of a token, or a scheme. Nearly no text has any, and to ask once costs a tenth of each step.
 */
export const SUSPICIOUS = /[=:,%!@]|(?:act|rft|clt)\.|(?:bearer|basic)[\s+]/i;

/** Where a word begins, also behind an encoded character (`%3Dact.`, `\nact.`). Looked at last, as that takes longest. */
const BEGINNING = String.raw`(?:^|[^A-Za-z\d]|%(?:25){0,3}[\dA-Fa-f]{2}|\\(?:[nrt]|u[\dA-Fa-f]{4}))`;

const DOT = '(?:\\.|%(?:25){0,3}2E)';

/** TikTok's user, refresh and client tokens carry their kind as a prefix. A file called `act.ts` is none of them. */
const TOKEN = new RegExp(
  String.raw`(act|rft|clt)${DOT}(?<=${BEGINNING}(?:act|rft|clt)${DOT})(?!\[redacted\]|(?:test\.|spec\.)?[cm]?[jt]sx?(?:[:)\s"']|$))[^\s"'\`<>&,;(){}[\]#|\\]+`,
);

/** `Bearer` and what follows, unless that is a word of a sentence about bearer tokens. */
const BEARER = new RegExp(
  String.raw`(Bearer)(?<=${BEGINNING}Bearer)(\s{1,8}|%(?:25){0,3}20|\+)(?!\[redacted\]|(?:tokens?|auth\w*|schemes?|headers?|credentials?|realm|error)\b)(?:[^\s"'\`<>,;)}[\]]|\[redacted\])+`,
  'i',
);

/** `Basic` is a word too (`user.info.basic`); what follows must look like base64. */
const BASIC =
  /(?<![\w.])(Basic)(\s{1,8}|%(?:25){0,3}20|\+)(?=[A-Za-z+/_-]{0,300}?(?:[\d=]|[a-z][A-Z]))[A-Za-z\d+/_-]{8,}={0,2}/;

/** The middle of TikTok's authorization codes (`...*0!6410.va`), as it is or percent-encoded. */
const CODE_MIDDLE = /(?:\*|%(?:25){0,3}2A)\d{1,6}(?:!|%(?:25){0,3}21)[\w.-]*/gi;
const CODE_CHARACTER = /[\w.-]/;
const SHORTEST_CODE_START = 6;

/** The password in a URL: `redis://user:password@host`. */
const URL_PASSWORD = /(:\/\/[^\s/?#:@"'<>]{0,200}:)(?!\[redacted\])[^\s/?#@"'<>]{1,500}(?=@)/g;

/**
 * `text` with every secret of a known shape replaced by {@link REDACTED}: TikTok tokens, `Bearer ...`,
 * `client_secret=...` and its like in a form, a URL, JSON or `util.inspect` output, authorization codes, and passwords in
 * URLs, percent-encoded or quoted inside a string too. What is redacted already stays as it is.
 *
 * It takes time in proportion to the length of the text, whatever the text.
 *
 * @example
 * ```ts
 * import { redactText } from '@tt/errors';
 *
 * console.log(redactText('POST /v2/oauth/token/ client_key=awkey&client_secret=hunter2'));
 * ```
 */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  // Even now there is mostly nothing, so each step asks first: `replace` costs four times as much as `test`.
  let redacted = redactNamedValues(text);
  if (BEARER.test(redacted)) redacted = redacted.replace(everywhere(BEARER), `$1$2${REDACTED}`);
  if (BASIC.test(redacted)) redacted = redacted.replace(everywhere(BASIC), `$1$2${REDACTED}`);
  if (TOKEN.test(redacted)) redacted = redacted.replace(everywhere(TOKEN), `$1.${REDACTED}`);
  if (redacted.includes('!') || redacted.includes('%')) redacted = redactCodes(redacted);
  if (redacted.includes('@')) redacted = redacted.replace(URL_PASSWORD, `$1${REDACTED}`);
  return redacted;
}

/** Not a constant, since a pattern that looks everywhere remembers where it was. */
function everywhere(pattern: RegExp): RegExp {
  return new RegExp(pattern, `${pattern.flags}g`);
}

/**
 * Looks for the middle of a code and goes back from there. A pattern for the whole would try every letter of a long
 * text as the beginning of one, and take the square of its length.
 */
function redactCodes(text: string): string {
  let result = '';
  let done = 0;
  for (const match of text.matchAll(CODE_MIDDLE)) {
    let start = match.index;
    while (start > done && CODE_CHARACTER.test(text.charAt(start - 1))) start -= 1;
    if (match.index - start < SHORTEST_CODE_START) continue;
    result += text.slice(done, start) + REDACTED;
    done = match.index + match[0].length;
  }
  return done === 0 ? text : result + text.slice(done);
}
