import { isSecretField, REDACTED, validationError } from '@tt/errors';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** What a token-carrying object has beside its fields. */
export interface Reveal<T> {
  /** The plain object, with nothing redacted. What is printed or serialised from it is no longer protected. */
  reveal(): T;
}

/**
 * `fields` as an object whose fields read, spread and clone as usual, but whose JSON and `util.inspect` output show no
 * secret (D11).
 */
export function redacted<T extends object>(fields: T): T & Reveal<T> {
  const shown = (): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        isSecretField(name) && value !== undefined ? REDACTED : value,
      ]),
    );
  const hidden = (value: unknown): PropertyDescriptor => ({ value, enumerable: false });
  return Object.defineProperties(
    { ...fields },
    {
      toJSON: hidden(shown),
      [INSPECT]: hidden(shown),
      reveal: hidden(() => ({ ...fields })),
    },
  ) as T & Reveal<T>;
}

/**
 * `value`, if it can be a token: a non-empty string, and not what is left of one after redaction.
 *
 * @throws TikTokError `VALIDATION_ERROR` naming the parameter and what was wrong with it.
 */
export function assertToken(parameter: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw validationError(`${parameter} is ${value === '' ? 'empty' : typeof value}; expected TikTok's string`, {
      code: 'malformed_token',
    });
  }
  if (value.includes(REDACTED)) {
    throw validationError(
      `${parameter} is ${REDACTED}: it went through JSON or a log. Keep the object itself, or what its reveal() gives`,
      { code: 'redacted_token' },
    );
  }
  if (/\s/.test(value)) {
    throw validationError(`${parameter} has white space in it; expected TikTok's string, unchanged`, {
      code: 'malformed_token',
    });
  }
  return value;
}
