/** A timer that is to wait longer fires at once instead. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * `value`, if it is a number of milliseconds that a timer can wait.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function duration(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= LONGEST_MS) return value;
  throw new TypeError(`${option} is ${String(value)}; expected milliseconds, more than 0 and at most ${LONGEST_MS}`);
}

/**
 * `value`, if it is a whole number of at least 1.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function count(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new TypeError(`${option} is ${String(value)}; expected a whole number of at least 1`);
}
