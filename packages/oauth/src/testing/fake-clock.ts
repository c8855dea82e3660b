/** A clock that stands still until it is told otherwise. */
export interface FakeClock {
  /** Epoch milliseconds. Needs no `this`: pass it as `now` to `createTikTokOAuth`, a store or the emulator. */
  readonly now: () => number;
  /** @param ms How far it moves on, in milliseconds; below 0 it moves back, as clocks of servers sometimes do. */
  advance(ms: number): void;
}

/**
 * A clock for tests, of stores and of applications: days pass at once, and nothing depends on how fast the machine is.
 * It moves no timers; those of a store that has some need real time, or the fake timers of your test runner.
 *
 * @param startMs Where it begins, in epoch milliseconds. Default: the real time.
 * @throws TypeError when `startMs`, or what `advance` is given, is no finite number.
 *
 * @example
 * ```ts
 * import { MemoryTokenStore } from '@tt/oauth';
 * import { createFakeClock } from '@tt/oauth/testing';
 *
 * const clock = createFakeClock();
 * const store = new MemoryTokenStore({ now: clock.now });
 * clock.advance(23 * 60 * 60 * 1000);
 * await store.close();
 * ```
 */
export function createFakeClock(startMs: number = Date.now()): FakeClock {
  let current = finite('startMs', startMs);
  return {
    now: () => current,
    advance: (ms) => {
      current += finite('ms', ms);
    },
  };
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TypeError(`createFakeClock: ${name} is ${String(value)}; expected milliseconds`);
}
