/** A timer that is to wait longer fires at once instead. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * `value`, if it is a number of milliseconds that a timer can wait.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function duration(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= LONGEST_MS) return value;
  return wrong(option, value, `milliseconds, more than 0 and at most ${LONGEST_MS}`);
}

/**
 * `value`, if it is a whole number of at least 1.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function count(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 1 && Number.isSafeInteger(value)) return value;
  return wrong(option, value, 'a whole number of at least 1');
}

/**
 * `value`, if it is a whole number of at least 0.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function countOrNone(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value;
  return wrong(option, value, 'a whole number of at least 0');
}

/**
 * `value`, if it is a number from 0 to 1.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function share(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  return wrong(option, value, 'a number from 0 to 1');
}

/**
 * `value`, if it is a number of at least 0.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function rate(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  return wrong(option, value, 'a number of at least 0');
}

/**
 * `value`, if it is one of `choices`.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function oneOf<T extends string>(option: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  return wrong(option, value, choices.map((choice) => `'${choice}'`).join(' or '));
}

/**
 * `value`, if it can be a label on a metric.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function label(option: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9._:-]{1,64}$/.test(value)) return value;
  return wrong(option, value, '1 to 64 characters of A-Za-z0-9._:-');
}

function wrong(option: string, value: unknown, expected: string): never {
  throw new TypeError(`${option} is ${String(value)}; expected ${expected}`);
}
