import {
  escapeControls,
  isCorrelationId,
  isPlainField,
  isPlainText,
  isSecretField,
  REDACTED,
  redactText,
} from '@tt/errors';
import { currentCorrelationId } from './correlation.js';
import type { LogContext } from './logger.js';

/** What is more, deeper or longer is left to `redact`, which keeps count of all that it copies. */
const MOST_FIELDS = 64;
const DEEPEST = 4;
const LONGEST_TEXT = 1_000;

/** A program has few names for its fields. Where they are made of data, they must not pile up. */
const MOST_NAMES = 1_000;

/** In the place of a value that has to go the long way. */
const UNCLEAR = Symbol('unclear');

type Fields = Record<string, unknown>;

/** What is known by a field's name alone. */
type NameKind =
  | 'plain'
  | 'secret'
  /** Of a list of secrets, or of an object that has some, as `tokens`. */
  | 'secrets'
  /** The output writes it itself, outside of what is nested. */
  | 'reserved';

/**
 * The short way for a line, which nearly all can go: fields that are numbers, texts, and objects of such, and no character
 * that could forge a line. Each text is looked at as `redact` looks at it, each name once for all lines. Whatever is
 * anything else goes the long way, by `redact`. Both ways end in the same line.
 */
export class ShortWay {
  readonly #reserved: ReadonlySet<string>;
  /** What was found out about names. Shared with the children. */
  readonly #names: Map<string, NameKind>;
  /** What the parents bound, clean. */
  readonly #bound: Fields;
  readonly #boundNames: readonly string[];
  /** How many fields the line that is being looked at may still have. */
  #fieldsLeft = 0;

  /** @param reserved The names of the fields that the output writes itself. */
  constructor(reserved: ReadonlySet<string>, names = new Map<string, NameKind>(), bound: Fields = {}) {
    this.#reserved = reserved;
    this.#names = names;
    this.#bound = bound;
    this.#boundNames = Object.keys(bound).filter((name) => name !== 'correlationId');
  }

  /** For a child that binds `context`; `undefined` where all of its lines go the long way. */
  child(context: unknown): ShortWay | undefined {
    const bound = this.#complete(context, noId);
    return bound === undefined ? undefined : new ShortWay(this.#reserved, this.#names, bound);
  }

  /** The complete context of a line, clean; `undefined` where it goes the long way. */
  contextOf(context: unknown): LogContext | undefined {
    return this.#complete(context, currentCorrelationId);
  }

  #complete(context: unknown, surroundingId: () => string | undefined): Fields | undefined {
    try {
      const own = context ?? {};
      if (!isOrdinary(own)) return undefined;
      const ownId = own.correlationId;
      if (ownId !== undefined && !isCorrelationId(ownId)) return undefined;
      const correlationId = ownId ?? this.#bound.correlationId ?? surroundingId();
      // Filled one by one: an object that is made empty has room for four fields, one made with a field only for that.
      const complete: Fields = {};
      if (correlationId !== undefined) complete.correlationId = correlationId;
      for (const name of this.#boundNames) complete[name] = this.#bound[name];
      this.#fieldsLeft = MOST_FIELDS;
      return this.#copy(own, complete, 1) ? complete : undefined;
    } catch {
      // A getter or a Proxy that throws.
      return undefined;
    }
  }

  /** @returns Whether all of it is clear. */
  #copy(source: Fields, target: Fields, depth: number): boolean {
    const names = Object.keys(source);
    this.#fieldsLeft -= names.length;
    if (this.#fieldsLeft < 0) return false;
    for (const name of names) {
      if (depth === 1 && name === 'correlationId') continue;
      const kind = this.#names.get(name) ?? this.#learn(name);
      if (kind === undefined || (depth === 1 && kind === 'reserved')) return false;
      // Read once: the next time a getter could give something else.
      const value = source[name];
      const shown = kind === 'secret' ? hidden(value) : this.#shown(value, depth);
      if (kind === 'secrets' && (typeof value === 'string' || Array.isArray(value))) return false;
      if (shown === UNCLEAR) return false;
      target[name] = shown;
    }
    return true;
  }

  #shown(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return cleanText(value) ?? UNCLEAR;
      case 'number':
      case 'boolean':
      case 'undefined':
        return value;
      default:
        if (value === null) return null;
        if (typeof value !== 'object' || depth >= DEEPEST) return UNCLEAR;
        if (Array.isArray(value)) return this.#list(value, depth + 1);
        return isOrdinary(value) ? this.#nested(value, depth + 1) : UNCLEAR;
    }
  }

  #list(items: readonly unknown[], depth: number): unknown {
    this.#fieldsLeft -= items.length;
    if (this.#fieldsLeft < 0) return UNCLEAR;
    const shown: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      // What follows a secret's name can be the secret.
      const clean = typeof item === 'string' && isSecretField(item) ? UNCLEAR : this.#shown(item, depth);
      if (clean === UNCLEAR) return UNCLEAR;
      shown.push(clean);
    }
    return shown;
  }

  #nested(value: Fields, depth: number): unknown {
    const target: Fields = {};
    return this.#copy(value, target, depth) ? target : UNCLEAR;
  }

  /** `undefined` for a name that tells nothing by itself, or has to be cleaned; it may be long, so it is not kept. */
  #learn(name: string): NameKind | undefined {
    const kind = kindOf(name, this.#reserved);
    if (kind === undefined) return undefined;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    this.#names.set(name, kind);
    return kind;
  }
}

/** `text` without secrets; `undefined` where it goes the long way. */
export function cleanText(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_TEXT) return undefined;
  if (isPlainText(text)) return text;
  const redacted = redactText(text);
  return escapeControls(redacted) === redacted ? redacted : undefined;
}

function kindOf(name: string, reserved: ReadonlySet<string>): NameKind | undefined {
  if (isPlainField(name)) return reserved.has(name) ? 'reserved' : 'plain';
  if (name.length > LONGEST_NAME || !isPlainText(name)) return undefined;
  if (isSecretField(name)) return 'secret';
  return name.endsWith('s') && isSecretField(name.slice(0, -1)) ? 'secrets' : undefined;
}

/** Longer names are cut by `redact`. */
const LONGEST_NAME = 64;

/** As `redact` has it: nothing, and yes or no, is no secret. */
function hidden(value: unknown): unknown {
  return value === undefined || value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}

/** Anything else may have more to it than its fields: an error, a list, a Map, an object with a `toJSON` of its class. */
function isOrdinary(value: object): value is Fields {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function noId(): undefined {}
