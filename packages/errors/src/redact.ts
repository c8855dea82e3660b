import { SafeCopy } from './safe-copy.js';

/**
 * A copy of `value` that is safe to log: fields with a secret's name are replaced whole, texts and names by
 * `redactText`, at any depth, in arrays, Maps, Sets, headers, URLs, errors and their causes too. An object that has a
 * `toJSON` is copied as what that gives. Errors become plain objects, bytes their number, and what is left out is said to
 * be so: what cannot be read, and what goes beyond 12 levels, 1,000 entries in one object, 5,000 values or 100,000
 * characters in all, 10,000 in one text.
 *
 * Nothing is thrown, and `value` is left as it was.
 *
 * @param options.keepErrors Errors stay errors of their class, for `util.inspect`. Default: false.
 *
 * @example
 * ```ts
 * import { redact } from '@tt/errors';
 *
 * console.log(redact({ userId: 'user-1', tokens: { access_token: 'act.secret', expires_in: 86_400 } }));
 * ```
 */
export function redact(value: unknown, options: { readonly keepErrors?: boolean } = {}): unknown {
  return new SafeCopy({ keepErrors: options.keepErrors === true, callToJSON: true }).of(value);
}
