import { measure } from 'mitata';
import type { Pace } from './pace.js';
import { percentile } from './statistics.js';
import type { Measurement, Subject } from './subject.js';

/** Calls above this are timed one by one. Nanoseconds. */
const BATCH_BELOW = 16_000;
const BATCH = 512;
const SINGLE_CALLS = 10_000;
const SINGLES_MS = 150;
/** What a turn of the measuring loop takes itself: a call that the compiler makes vanish takes no less. Nanoseconds. */
const LEAST = 1;

/** The median batch, and the percentiles of calls that were timed one by one, the clock's own price in them. */
export async function measureCalls(
  { call, check }: Pick<Subject, 'call' | 'check'>,
  { measureMs, warmUpMs }: Pick<Pace, 'measureMs' | 'warmUpMs'>,
): Promise<Measurement> {
  // Kept where the compiler cannot see that nobody looks at it.
  let last: unknown;
  const warmUntil = performance.now() + warmUpMs;
  while (performance.now() < warmUntil) {
    for (let n = 0; n < 50; n += 1) last = await call();
  }
  const stats = await measure(() => (last = call()), {
    min_cpu_time: measureMs * 1e6,
    batch_samples: BATCH,
    batch_threshold: BATCH_BELOW,
    // Its own stand-in for a collection allocates a gigabyte.
    gc: globalThis.gc === undefined ? false : () => void globalThis.gc?.(),
  });
  const singles: number[] = [];
  const singlesUntil = performance.now() + SINGLES_MS;
  while (singles.length < SINGLE_CALLS && performance.now() < singlesUntil) {
    const began = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    singles.push((performance.now() - began) * 1e6);
    last = result;
  }
  await check(await last);
  return { time: Math.max(LEAST, stats.p50), p95: percentile(singles, 0.95), p99: percentile(singles, 0.99) };
}
