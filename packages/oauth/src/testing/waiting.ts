/** Taken before a test runner can put fake timers in its place: what goes over a network needs real time. */
const realSetTimeout = globalThis.setTimeout;

const STEP_MS = 10;
const ATTEMPTS = 10;

/** Lets real time pass, whatever the test runner has done to the timers. */
export function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => {
    realSetTimeout(resolve, ms);
  });
}

export interface Until {
  /** What is waited for, for the error. */
  readonly what: string;
  readonly probe: () => boolean | Promise<boolean>;
  readonly passTime: (ms: number) => unknown;
  readonly patienceMs: number;
}

/**
 * Lets time pass in small steps until `probe` is true. Counts steps and not the clock, so that a machine that stands still
 * for a while is not taken for a store that is late.
 */
export async function until({ what, probe, passTime, patienceMs }: Until): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    if (await probe()) return;
    if (waitedMs >= patienceMs) throw new Error(`waited ${patienceMs} ms in vain until ${what}`);
    await passTime(STEP_MS);
  }
}

/** Repeats an attempt that hangs on the machine being fast enough. */
export async function conclusively(attempt: () => Promise<'proved' | 'too slow'>): Promise<void> {
  for (let n = 0; n < ATTEMPTS; n++) if ((await attempt()) === 'proved') return;
  throw new Error(
    `this machine was too slow ${ATTEMPTS} times to tell anything; raise resolutionMs, which makes the spans longer`,
  );
}
