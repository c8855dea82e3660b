import { REDACTED } from './redacted.js';
import { isAuthorizationCode, isSecretField, looksLikeErrorCode } from './secret-field.js';

/**
 * `code` is a word by itself: not the end of `statusCode`, but the start of a parameter, however encoded. What stands
 * before it is looked at last, since that takes longest.
 */
const CODE = 'code(?<=(?:^|[^A-Za-z\\d_-]|%(?:25){0,3}[\\dA-F]{2}|\\\\(?:[nrt]|u[\\dA-F]{4}))code)';

/**
 * A secret's name and what stands between it and its value: the end of its quotes, and `=`, `:` or their
 * percent-encoded forms, which can be encoded more than once (`%253D`), or a comma, as in `["client_secret", "..."]`.
 */
const NAMED =
  `((?:token|secret|passw(?:or)?d|passphrase|verifier|authorization|cookie|auth(?:orization)?[-_]?code|client[-_]?ticket|(?:api|access|private|secret|signing|encryption)[-_]?key)s?|${CODE})` +
  '(?:\\\\{0,40}["\'`]|%(?:25){0,3}22)?\\s{0,8}(=>?|[:,]|%((?:25){0,3})3[AD])(?:\\s|%(?:25){0,3}20|\\+){0,8}';

const HAS_NAMED = new RegExp(NAMED, 'i');

const OPENING_QUOTE = /(\\{0,40})(["'`])|%((?:25){0,3})22/y;

/** Values that hide nothing. */
const PLAIN_VALUE = /(?:null|undefined|true|false|\[redacted\])(?![\w.-])/y;

/** A word of a sentence, as in `invalid token: expired`. */
const WORD = /[A-Za-z][a-z]{0,14}[.,;:!?]?(?:\s|$)/y;

/** The scheme stays readable. */
const AUTHORIZATION_SCHEME = /(?:bearer|basic|digest)\s{1,8}/iy;

const WHOLE_LINE = { characters: '', atSpace: false };

const LONGEST_NAME = 64;

/** What stands before a parameter that is not the first. */
const IN_QUERY = /(?:[?&]|%(?:25){0,3}(?:3F|26)|\\u0026)$/i;

/** In a text with one of these, what is called `code` is an authorization code. */
const OAUTH_WORDS = /grant_?type|redirect_?uri|code_?verifier|authorization_code/i;

/** What is to be hidden after a name: from `start` up to `end`. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

/** `text` with the value after every secret's name replaced: `client_secret=...`, `"access_token":"..."`. */
export function redactNamedValues(text: string): string {
  if (!HAS_NAMED.test(text)) return text;
  const named = new RegExp(NAMED, 'gi');
  const scan: Scan = { text, oauth: undefined };
  let result = '';
  let done = 0;
  for (let match = named.exec(text); match !== null; match = named.exec(text)) {
    const [whole, name = '', separator = '', level] = match;
    const start = match.index + whole.length;
    const extent = valueAfter(scan, { name: name.toLowerCase(), separator, level, nameAt: match.index, start });
    if (extent === undefined) {
      // What is kept is short, or has not been looked at: reading it again takes no more than its share of time.
      named.lastIndex = start;
    } else {
      result += text.slice(done, extent.start) + REDACTED;
      done = extent.end;
      named.lastIndex = extent.end;
    }
  }
  return done === 0 ? text : result + text.slice(done);
}

interface Scan {
  readonly text: string;
  /** Whether the text speaks of OAuth; found out once, when it matters. */
  oauth: boolean | undefined;
}

interface Named {
  readonly name: string;
  readonly separator: string;
  /** How often the separator was percent-encoded beyond the first time: `25` for each. `undefined` where it was not. */
  readonly level: string | undefined;
  readonly nameAt: number;
  /** Where the value begins. */
  readonly start: number;
}

/** The secret after a name; `undefined` where there is none. */
function valueAfter(scan: Scan, named: Named): Extent | undefined {
  const { text } = scan;
  const { start } = named;
  if (start >= text.length || matchAt(PLAIN_VALUE, text, start) !== null) return undefined;
  const extent = quotedValue(scan, named) ?? unquotedValue(scan, named);
  if (extent === undefined || extent.end <= extent.start) return undefined;
  // `token: "access_token": "..."`: what looks like the value is the next name.
  return isName(text.slice(extent.start, Math.min(extent.end, extent.start + LONGEST_NAME + 1))) ? undefined : extent;
}

function unquotedValue(scan: Scan, named: Named): Extent | undefined {
  if (named.separator === ',') return undefined;
  return named.separator === '=' || named.separator.startsWith('%') ? formValue(scan, named) : spokenValue(scan, named);
}

/** `undefined` where there is no quote; an empty extent where what is quoted is no secret. */
function quotedValue(scan: Scan, named: Named): Extent | undefined {
  const { text } = scan;
  const [whole, backslashes = '', mark] = matchAt(OPENING_QUOTE, text, named.start) ?? [];
  if (whole === undefined) return undefined;
  const start = named.start + whole.length;
  const end =
    mark === undefined
      ? until(text, start, { characters: '', stop: whole, atSpace: false })
      : closingQuote(text, start, { backslashes: backslashes.length, mark });
  return isKept(scan, named, { start, end }) ? { start, end: start } : { start, end };
}

function isKept(scan: Scan, { name, separator }: Named, { start, end }: Extent): boolean {
  if (scan.text.startsWith(REDACTED, start)) return true;
  if (name === 'code') return separator === ',' || !isCode(scan, scan.text.slice(start, end));
  // A list of names is not a name and its value.
  return separator === ',' && looksLikeErrorCode(scan.text.slice(start, end));
}

/** A value in a form or a query: up to the next parameter. */
function formValue({ text }: Scan, { name, nameAt, start, level }: Named): Extent | undefined {
  const end = until(text, start, { characters: `&"'\`<>#`, stop: level === undefined ? undefined : `%${level}26` });
  if (name !== 'code') return { start, end };
  const secret =
    IN_QUERY.test(text.slice(Math.max(0, nameAt - 12), nameAt)) ||
    text.charAt(end) === '&' ||
    !looksLikeErrorCode(text.slice(start, end));
  return secret ? { start, end } : undefined;
}

/** A value after a colon or an arrow, without quotes: a header, a line of YAML, or a sentence that only looks like it. */
function spokenValue(scan: Scan, { name, start }: Named): Extent | undefined {
  const { text } = scan;
  const first = text.charAt(start);
  // An object's own fields are looked at one by one.
  if (first === '{') return undefined;
  if (first === '[') {
    if (text.startsWith(REDACTED, start + 1)) return undefined;
    return { start: start + 1, end: until(text, start + 1, { characters: ']', atSpace: false }) };
  }
  if (name === 'code') {
    const end = until(text, start, { characters: ',;)}]' });
    return isCode(scan, text.slice(start, end)) ? { start, end } : undefined;
  }
  const scheme = matchAt(AUTHORIZATION_SCHEME, text, start)?.[0] ?? '';
  const from = start + scheme.length;
  if (matchAt(WORD, text, from) !== null || matchAt(PLAIN_VALUE, text, from) !== null) return undefined;
  const wholeLine = !/^b/i.test(scheme) && (name.startsWith('authorization') || name.startsWith('cookie'));
  return { start: from, end: until(text, from, wholeLine ? WHOLE_LINE : { characters: `"'\`<>,;&)}]` }) };
}

function isName(value: string): boolean {
  if (value.length > LONGEST_NAME) return false;
  const name = value.replace(/[\s:=>"'`\\]{1,16}$/, '');
  return name === 'code' || isSecretField(name);
}

function isCode(scan: Scan, value: string): boolean {
  scan.oauth ??= OAUTH_WORDS.test(scan.text);
  const { oauth } = scan;
  return isAuthorizationCode(value, (field) => oauth && field === 'state');
}

/**
 * The end of a quoted value: its own closing quote. A quote with more backslashes before it than the opening one had is
 * part of the value. A value never goes on over a line's end.
 */
function closingQuote(
  text: string,
  from: number,
  opening: { readonly backslashes: number; readonly mark: string },
): number {
  let backslashes = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') return at;
    if (character === opening.mark && backslashes <= opening.backslashes) return at - backslashes;
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}

/** The end of an unquoted value: the line's end, one of `characters`, `stop`, or white space. */
function until(
  text: string,
  from: number,
  ends: { readonly characters: string; readonly stop?: string | undefined; readonly atSpace?: boolean },
): number {
  const { characters, stop, atSpace = true } = ends;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '[' && text.startsWith(REDACTED, at)) at += REDACTED.length - 1;
    else if (character === '\n' || character === '\r' || characters.includes(character)) return at;
    if (atSpace && (character === ' ' || character === '\t')) return at;
    if (stop !== undefined && text.startsWith(stop, at)) return at;
  }
  return text.length;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
