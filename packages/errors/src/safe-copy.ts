import { types } from 'node:util';
import { isDocumentedCode } from './catalogue.js';
import { bytes, nameOf } from './described.js';
import { ERROR_FIELDS, OWN_FIELDS } from './error-fields.js';
import { keptError } from './kept-error.js';
import { isKnownText } from './known-texts.js';
import { isMarked, rawCause } from './marker.js';
import { redactText } from './redact-text.js';
import { REDACTED } from './redacted.js';
import { isAuthorizationCode, isSecretField, isSecretListField } from './secret-field.js';
import { followsName, isHeaderValue, isNamedSecret, type SecretItem } from './secret-neighbours.js';

/** However hostile a value, its copy is no deeper, wider or longer than this. */
const LIMITS = {
  /** Nested objects. */
  depth: 12,
  /** Entries of one object, array, Map or Set. */
  entries: 1_000,
  /** Values in all. */
  values: 5_000,
  /** Characters of one text. */
  text: 10_000,
  /** Characters of all texts together. */
  characters: 100_000,
  /** Characters of a field's name. */
  key: 200,
} as const;

/** Beyond the cut of a long text this much is looked at too, so that the cut cannot hide half of a secret. */
const MARGIN = 1_024;

export interface SafeCopyOptions {
  /** Whether errors stay errors, as `util.inspect` wants them, or become plain objects, as JSON does. */
  readonly keepErrors: boolean;
  /** Whether an object that has a `toJSON` is asked for it. */
  readonly callToJSON: boolean;
}

/** One copy of one value, without secrets and within {@link LIMITS}. Use it once. */
export class SafeCopy {
  /** Whether the copy lacks something of the original: a secret, or what was too much to look through. */
  altered = false;

  readonly #options: SafeCopyOptions;
  /** The objects that are being copied, outermost first. */
  readonly #above: object[] = [];
  #valuesLeft: number = LIMITS.values;
  #charactersLeft: number = LIMITS.characters;

  constructor(options: SafeCopyOptions) {
    this.#options = options;
  }

  of(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'object':
        return value === null ? null : this.#object(value);
      case 'bigint':
        return value > -(10n ** 100n) && value < 10n ** 100n ? String(value) : '[bigint]';
      case 'symbol':
        return this.#text(String(value));
      case 'function':
        return this.#text(`[function ${nameOf(value)}]`);
      default:
        return value;
    }
  }

  #object(value: object): unknown {
    if (this.#above.includes(value)) return '[circular]';
    if (this.#above.length >= LIMITS.depth) return this.#leftOut('[too deep]');
    this.#above.push(value);
    try {
      return this.#copy(value);
    } catch {
      // A getter, a Proxy or a toJSON that throws.
      return this.#leftOut('[unreadable]');
    } finally {
      this.#above.pop();
    }
  }

  #copy(value: object): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length);
    const prototype: unknown = Object.getPrototypeOf(value);
    // Most are of this kind; asking whether they are of all the others takes longer than copying them.
    if (prototype === Object.prototype || prototype === null) return this.#ordinary(value);
    if (types.isNativeError(value) || value instanceof Error) return this.#error(value);
    if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value));
    if (types.isMap(value)) return this.#entries(value, value.size);
    if (types.isSet(value)) return this.#list(value, value.size);
    if (types.isArrayBufferView(value) || types.isAnyArrayBuffer(value)) return bytes(value);
    if (types.isBoxedPrimitive(value)) return this.of(value.valueOf());
    if (types.isRegExp(value)) return this.#text(String(value));
    if (value instanceof URL) return this.#text(value.href);
    if (value instanceof URLSearchParams) return this.#entries(value, value.size);
    if (isHeaders(value)) return this.#entries(value, Number.POSITIVE_INFINITY);
    return this.#ordinary(value);
  }

  #ordinary(value: object): unknown {
    if (this.#options.callToJSON && 'toJSON' in value && typeof value.toJSON === 'function') {
      const shown: unknown = value.toJSON();
      if (shown !== value) return this.of(shown);
    }
    return this.#addFields({}, value);
  }

  #addFields(result: Record<string, unknown>, source: object, omit: readonly string[] = []): Record<string, unknown> {
    const keys = Object.keys(source);
    const isOurs = omit.length > 0 && isMarked(source);
    let index = 0;
    for (const key of keys) {
      if (this.#isEnough(index)) {
        define(result, '…', this.#leftOut(`[${keys.length - index} more]`));
        break;
      }
      index += 1;
      if (isOurs && OWN_FIELDS.has(key)) result[key] = this.#readPlain(source, key);
      else if (!omit.includes(key)) define(result, this.#key(key), this.#read(source, key));
    }
    return result;
  }

  #read(source: object, key: string): unknown {
    try {
      return this.#field(key, Reflect.get(source, key), source);
    } catch {
      return this.#leftOut('[unreadable]');
    }
  }

  /** The value of a field whose name says nothing of it. */
  #readPlain(source: object, key: string): unknown {
    try {
      return this.of(Reflect.get(source, key));
    } catch {
      return this.#leftOut('[unreadable]');
    }
  }

  /** The value of a field, which its name and the fields beside it can make a secret. */
  #field(key: string, value: unknown, beside: object): unknown {
    if (value === undefined || value === null || value === '' || typeof value === 'boolean') return value;
    if (key === 'code' && typeof value === 'string' && isDocumentedCode(value)) return value;
    if (isSecretField(key)) return this.#hidden();
    if (isSecretListField(key) && Array.isArray(value)) return this.#list(value, value.length, () => true);
    if (typeof value === 'string') {
      const secret =
        (key === 'code' && isAuthorizationCode(value, (name) => name in beside)) ||
        (key === 'value' && isNamedSecret(beside)) ||
        isSecretListField(key);
      if (secret) return this.#hidden();
    }
    if (key === 'rawHeaders' && Array.isArray(value)) return this.#list(value, value.length, isHeaderValue);
    return this.of(value);
  }

  /** What has names and values but not as fields: a Map, a URL's parameters, headers. */
  #entries(source: Iterable<readonly [unknown, unknown]>, size: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const named = new Set<string>();
    const beside = new Proxy({}, { has: (_target, name) => typeof name === 'string' && named.has(name) });
    const entries: (readonly [string, unknown])[] = [];
    for (const [key, value] of source) {
      if (this.#isEnough(entries.length)) {
        entries.push(['…', this.#leftOut(`[${Number.isFinite(size) ? size - entries.length : 'some'} more]`)]);
        break;
      }
      const name = typeof key === 'object' && key !== null ? '[object]' : String(key);
      named.add(name);
      entries.push([name, value]);
    }
    for (const [name, value] of entries) define(result, this.#key(name), this.#field(name, value, beside));
    return result;
  }

  /**
   * @param isSecret Whether the item at `index` is a secret whatever it looks like. Default: where the item before it is
   *   a secret's name, as in `['client_secret', '...']`.
   */
  #list(items: Iterable<unknown>, length: number, isSecret: SecretItem = followsName): unknown[] {
    const result: unknown[] = [];
    let before: unknown;
    for (const item of items) {
      if (this.#isEnough(result.length)) {
        result.push(this.#leftOut(`[${length - result.length} more]`));
        break;
      }
      const hidden =
        typeof item === 'string' && item !== '' && isSecret(item, before, { index: result.length, length });
      result.push(hidden ? this.#hidden() : this.of(item));
      before = item;
    }
    return result;
  }

  #error(error: Error): unknown {
    if (!this.#options.keepErrors) return this.plainError(error);
    // Ours print themselves, and redact when they do.
    return isMarked(error) ? error : this.keptError(error);
  }

  /** An error as a plain object, for JSON. */
  plainError(error: Error): Record<string, unknown> {
    const result: Record<string, unknown> = {
      name: this.#readPlain(error, 'name'),
      message: this.#readPlain(error, 'message'),
    };
    this.#addFields(result, error, ERROR_FIELDS);
    result.stack = this.#readPlain(error, 'stack');
    return this.#addHidden(result, error);
  }

  /** An error as an error of the same class, for `util.inspect`. */
  keptError(error: Error): Error {
    const name = this.#readPlain(error, 'name');
    const message = this.#readPlain(error, 'message');
    const fields = this.#addFields({}, error, ERROR_FIELDS);
    const stack = this.#readPlain(error, 'stack');
    return keptError(error, { name, message, stack, fields, hidden: this.#addHidden({}, error) });
  }

  #addHidden(result: Record<string, unknown>, error: Error): Record<string, unknown> {
    if ('errors' in error) result.errors = this.#readPlain(error, 'errors');
    if ('cause' in error) result.cause = this.#cause(error);
    return result;
  }

  #cause(error: Error): unknown {
    try {
      return this.of(rawCause(error) ?? error.cause);
    } catch {
      return this.#leftOut('[unreadable]');
    }
  }

  #text(text: string): string {
    const limit = Math.max(0, Math.min(LIMITS.text, this.#charactersLeft));
    this.#charactersLeft -= Math.min(text.length, limit);
    if (text.length <= limit) {
      const redacted = isKnownText(text) ? text : redactText(text);
      if (redacted !== text) this.altered = true;
      return redacted;
    }
    return `${redactedHead(text, limit)}${this.#leftOut(`… [${text.length - limit} more characters]`)}`;
  }

  #key(key: string): string {
    this.#charactersLeft -= Math.min(key.length, LIMITS.key);
    const redacted = key.length <= LIMITS.key ? redactText(key) : `${redactedHead(key, LIMITS.key)}…`;
    if (redacted !== key) this.altered = true;
    return redacted;
  }

  #isEnough(entries: number): boolean {
    this.#valuesLeft -= 1;
    return entries >= LIMITS.entries || this.#valuesLeft < 0 || this.#charactersLeft <= 0;
  }

  #hidden(): string {
    this.altered = true;
    return REDACTED;
  }

  #leftOut(mark: string): string {
    this.altered = true;
    return mark;
  }
}

/** The first `limit` characters, redacted. The cut is made where a word ends, as half a secret has no shape. */
function redactedHead(text: string, limit: number): string {
  const head = text.slice(0, limit + MARGIN);
  const wordEnd = head.slice(limit).search(/[\s"'&,;]/);
  return redactText(head.slice(0, wordEnd < 0 ? limit : limit + wordEnd)).slice(0, limit);
}

/** Not by their class: only reading the global `Headers` makes Node load its whole fetch. */
function isHeaders(value: object): value is Iterable<readonly [string, unknown]> {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return (tag === 'Headers' || tag === 'FormData') && Symbol.iterator in value;
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    // Assigning to it would set the prototype instead of a field.
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
