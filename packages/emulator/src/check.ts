/** Something wrong with a value that was passed in. {@link naming} says to which function. */
class OptionProblem extends TypeError {}

/** A problem with an option, in the one shape all of them have: which, what it got, what it takes. */
export function optionError(option: string, problem: { got: string; takes: string }): TypeError {
  return new OptionProblem(`${option} is ${problem.got}; it takes ${problem.takes}.`);
}

/** Runs what reads a caller's values, and puts the name of the function they were passed to before any problem. */
export function naming<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof OptionProblem) throw new TypeError(`${name}: ${error.message}`);
    throw error;
  }
}

/** How a value reads in an error: short, on one line, and enough to recognise it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : JSON.stringify(shorten(value));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return describeType(value);
}

/** As {@link describe}, for values that must not be repeated: only what kind of thing it is. */
function describeType(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object without a name in it that we would silently ignore: a typo must not pass as a default. */
export function readRecord(value: unknown, option: string, known: readonly string[]): Record<string, unknown> {
  if (!isRecord(value)) throw optionError(option, { got: describe(value), takes: `an object of ${known.join(', ')}` });
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new OptionProblem(`${option} has no "${shorten(stranger)}"; it takes ${known.join(', ')}.`);
  }
  return value;
}

export function readArray(value: unknown, option: string, takes: string): [unknown, ...unknown[]] {
  if (!Array.isArray(value)) throw optionError(option, { got: describe(value), takes });
  const [first, ...rest]: unknown[] = value;
  if (value.length === 0) throw optionError(option, { got: 'an empty array', takes });
  return [first, ...rest];
}

/** Text for people: any characters, but not empty and not endless. */
export function readText(value: unknown, option: string, takes = 'text of 1 to 200 characters'): string {
  if (typeof value !== 'string' || value === '' || value.length > 200) {
    throw optionError(option, { got: describe(value), takes });
  }
  return value;
}

/** A key, secret or id: printable ASCII without spaces. `secret` keeps its value out of the error. */
export function readToken(value: unknown, option: string, { secret = false } = {}): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(value)) {
    const got = secret ? describeType(value) : describe(value);
    throw optionError(option, { got, takes: '1 to 200 printable ASCII characters without spaces' });
  }
  return value;
}

export function readInteger(value: unknown, option: string, range: { min: number; max?: number }): number {
  const max = range.max ?? Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < range.min || value > max) {
    const takes =
      range.max === undefined ? `a whole number from ${range.min}` : `a whole number ${range.min} to ${max}`;
    throw optionError(option, { got: describe(value), takes });
  }
  return value;
}

export function readBoolean(value: unknown, option: string): boolean {
  if (typeof value === 'boolean') return value;
  throw optionError(option, { got: describe(value), takes: 'true or false' });
}

/** One of a few words; the first is the default. */
export function readChoice<const Choice extends string>(
  value: unknown,
  option: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (value === undefined) return choices[0];
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw optionError(option, { got: describe(value), takes: listOf(choices) });
}

/** `'a', 'b' or 'c'`. */
export function listOf(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** An instant: a `Date`, or its ISO 8601 text where it came through JSON. */
export function readInstant(value: unknown, option: string): Date {
  const instant = value instanceof Date ? value : new Date(typeof value === 'string' ? value : Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw optionError(option, { got: describe(value), takes: 'a Date, or text like 2026-11-22T12:00:00Z' });
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
