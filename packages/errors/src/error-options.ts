import { got } from './got.js';
import { isKnownText } from './known-texts.js';
import { redactText } from './redact-text.js';

/** @throws TypeError naming the option, what it got and what it takes. */
export function wrong(option: string, value: unknown, expected: string): never {
  throw new TypeError(`TikTokError: ${option} is ${got(value)}; expected ${expected}`);
}

/** A text option, without secrets. */
export function text(option: string, value: unknown): string {
  if (typeof value !== 'string') return wrong(`options.${option}`, value, 'a text');
  return isKnownText(value) ? value : redactText(value);
}

/** A text option that is our own words. */
export function ownText(option: string, value: unknown): string {
  return typeof value === 'string' ? value : wrong(`options.${option}`, value, 'a text');
}

export function yesOrNo(option: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  return wrong(`options.${option}`, value, 'true or false');
}

export function httpStatus(option: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999) return value;
  return wrong(`options.${option}`, value, 'an HTTP status');
}

export function milliseconds(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  return wrong(`options.${option}`, value, 'a number of milliseconds, 0 or more');
}

export function instant(option: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  return wrong(`options.${option}`, value, 'a valid Date');
}

export function oneOf<T extends string>(option: string, value: unknown, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  return allowed.find((one) => one === value) ?? wrong(`options.${option}`, value, `one of ${allowed.join(', ')}`);
}

export function resolver<T>(option: string, value: T | undefined): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  return wrong(`options.${option}`, value, 'a function');
}
