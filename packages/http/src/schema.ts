import type { SchemaOutput, StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';

/** A schema that answers at once. All of `schema` are. */
export interface Schema<Output> extends StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: '@tt/http';
    readonly validate: (value: unknown) => StandardResult<Output>;
  };
}

/** The fields of an object, by name. */
export type SchemaFields = Readonly<Record<string, Schema<unknown>>>;

type OptionalKeys<F extends SchemaFields> = {
  [K in keyof F]: undefined extends SchemaOutput<F[K]> ? K : never;
}[keyof F];

/** What {@link schema.object} gives: the fields by name; one that may be absent is an optional property. */
export type SchemaObject<F extends SchemaFields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: SchemaOutput<F[K]>;
} & {
  readonly [K in OptionalKeys<F>]?: Exclude<SchemaOutput<F[K]>, undefined>;
};

/**
 * Small schemas for TikTok's answers. Fields that a schema does not know are kept, since TikTok adds some from time to
 * time; one that is missing or malformed is named in the error.
 *
 * @example
 * ```ts
 * import { schema } from '@tt/http';
 *
 * const user = schema.object({
 *   user: schema.object({
 *     open_id: schema.text(),
 *     display_name: schema.optional(schema.text()),
 *     follower_count: schema.orAbsent(schema.integer()),
 *   }),
 * });
 * ```
 */
export const schema = { object, list, text, integer, flag, optional, orAbsent } as const;

/** An object with at least these fields. */
function object<F extends SchemaFields>(fields: F): Schema<SchemaObject<F>> {
  const entries = Object.entries(fields);
  return made((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, 'not an object');
    const issues: StandardIssue[] = [];
    let read: Record<string, unknown> | undefined;
    for (const [name, field] of entries) {
      const own: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      const result = field['~standard'].validate(own);
      if (result.issues !== undefined) {
        issues.push(...inside(name, result.issues));
      } else if (result.value !== own) {
        read ??= { ...value };
        if (result.value === undefined) delete read[name];
        else read[name] = result.value;
      }
    }
    // Every field of the type has just been read by its own schema.
    return issues.length > 0 ? { issues } : { value: (read ?? value) as SchemaObject<F> };
  });
}

/** A list whose items are all of one kind. */
function list<T>(item: Schema<T>): Schema<readonly T[]> {
  return made((value) => {
    if (!Array.isArray(value)) return wrong(value, 'not a list');
    const read: T[] = [];
    const issues: StandardIssue[] = [];
    for (const [index, one] of value.entries()) {
      const result = item['~standard'].validate(one);
      if (result.issues === undefined) read.push(result.value);
      else issues.push(...inside(index, result.issues));
    }
    return issues.length > 0 ? { issues } : { value: read };
  });
}

/** A text that is not empty. */
function text(): Schema<string> {
  return made((value) =>
    typeof value === 'string' && value !== '' ? { value } : wrong(value === '' ? undefined : value, 'not a text'),
  );
}

/**
 * A whole number, also where TikTok writes it as a text of digits.
 *
 * @param range.min Default: `Number.MIN_SAFE_INTEGER`.
 * @param range.max Default: `Number.MAX_SAFE_INTEGER`.
 */
function integer(range: { readonly min?: number; readonly max?: number } = {}): Schema<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  return made((value) => {
    const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) return wrong(value, 'not a whole number');
    return number < min || number > max ? wrong(value, `not from ${min} to ${max}`) : { value: number };
  });
}

/** `true` or `false`. */
function flag(): Schema<boolean> {
  return made((value) => (typeof value === 'boolean' ? { value } : wrong(value, 'neither true nor false')));
}

/** May be missing or null, and is then `undefined`. */
function optional<T>(inner: Schema<T>): Schema<T | undefined> {
  return made<T | undefined>((value) =>
    value === undefined || value === null ? { value: undefined } : inner['~standard'].validate(value),
  );
}

/** Where it is missing or malformed it is `undefined`: for what is good to have, and not worth losing an answer for. */
function orAbsent<T>(inner: Schema<T>): Schema<T | undefined> {
  return made<T | undefined>((value) => {
    const result = inner['~standard'].validate(value);
    return result.issues === undefined ? result : { value: undefined };
  });
}

function made<Output>(validate: (value: unknown) => StandardResult<Output>): Schema<Output> {
  return { '~standard': { version: 1, vendor: '@tt/http', validate } };
}

/** The value itself is not shown: it may be a token. */
function wrong(value: unknown, malformed: string): { readonly issues: readonly StandardIssue[] } {
  return { issues: [{ message: value === undefined || value === null ? 'missing' : malformed }] };
}

function inside(key: PropertyKey, issues: readonly StandardIssue[]): StandardIssue[] {
  return issues.map(({ message, path = [] }) => ({ message, path: [key, ...path] }));
}
