/**
 * `value`, if it is a positive number.
 *
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function positive(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw new TypeError(`${option} is ${String(value)}; expected a positive number`);
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
