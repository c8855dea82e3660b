import { describe, naming, optionError } from './check.js';

/** The emulator's clock: what lifetimes, rate limits and log ids go by. Delays of faults do not; those are real time. */
export interface EmulatorClock {
  /** Epoch milliseconds. A function of its own: pass it on as the `now` of the code under test. */
  readonly now: () => number;
  /** Moves the clock on, by milliseconds. */
  advance(ms: number): void;
  /** Sets the clock to an instant; epoch milliseconds if a number. It runs on from there as it did before. */
  set(time: Date | number): void;
}

/** The range of `Date`: past it no log id could be written. */
export const MAX_TIME_MS = 8.64e15;

/** A clock that can be moved, on top of one that cannot. */
export function createClock(base: () => number): EmulatorClock & { reset(): void } {
  let offset = 0;
  const now = () => base() + offset;

  function moveTo(time: number, given: { name: string; value: unknown; takes: string }): void {
    if (!Number.isFinite(time) || Math.abs(time) > MAX_TIME_MS) {
      naming('emulator.clock', () => {
        throw optionError(given.name, { got: describe(given.value), takes: given.takes });
      });
    }
    offset = time - base();
  }

  return {
    now,
    advance: (ms) =>
      moveTo(now() + ms, { name: 'advance', value: ms, takes: 'milliseconds that stay in the range of Date' }),
    set: (time) => moveTo(Number(time), { name: 'set', value: time, takes: 'a Date, or epoch milliseconds' }),
    reset() {
      offset = 0;
    },
  };
}
