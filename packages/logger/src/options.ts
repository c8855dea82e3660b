import { redact } from '@tt/errors';

/** How a wrong option shows what it got: as JSON, short, and without a secret in it. */
export function got(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(redact(value)) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/**
 * @param taker What takes the options, for the error.
 * @throws TypeError when `options` is no object, or has an option that is none of `known`.
 */
export function optionsOf(taker: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${taker}: options is ${got(options)}; expected an object`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${taker}: ${got(name)} is no option; expected ${known.join(', ')}`);
    }
  }
}

/**
 * @param taker What takes the logger, for the error.
 * @throws TypeError naming the method that `logger` lacks.
 */
export function loggerWith(taker: string, logger: unknown, methods: readonly string[]): void {
  for (const method of methods) {
    const value: unknown = Reflect.get(Object(logger), method);
    if (typeof value !== 'function') {
      throw new TypeError(`${taker}: logger.${method} is ${got(value)}; expected a logger with ${methods.join(', ')}`);
    }
  }
}
