import type { Pace } from './pace.js';
import { median, percentile } from './statistics.js';
import type { Measurement, Subject } from './subject.js';

/** The middle one of several counts, since in one of them the machine may have been busy with something else. */
const WINDOW_MS = 50;
/** A busy machine takes long for its warm-up, and must not measure what was not compiled yet. */
const MOST_WARM_UP_MS = 15_000;

/** The work of some calls in flight at once: how long each took, and what all of them took of the processor. */
export async function measureRequests(
  { call, check }: Pick<Subject, 'call' | 'check'>,
  { measureMs, warmUpMs, warmUpRequests, inFlight }: Omit<Pace, 'rounds'> & { readonly inFlight: number },
): Promise<Measurement> {
  let last: unknown;
  let latencies: number[] = [];
  const keepCalling = async (durationMs: number): Promise<void> => {
    const until = performance.now() + durationMs;
    const lane = async (): Promise<void> => {
      for (let began = performance.now(); began < until; began = performance.now()) {
        last = await call();
        latencies.push((performance.now() - began) * 1e6);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  };

  const warmUntil = performance.now() + MOST_WARM_UP_MS;
  await keepCalling(warmUpMs);
  while (latencies.length < warmUpRequests && performance.now() < warmUntil) await keepCalling(WINDOW_MS);
  const windows: { readonly time: number; readonly cpu: number }[] = [];
  latencies = [];
  for (let window = 0; window < measureMs / WINDOW_MS; window += 1) {
    const before = latencies.length;
    const began = performance.now();
    const processor = process.cpuUsage();
    await keepCalling(WINDOW_MS);
    const { user, system } = process.cpuUsage(processor);
    const calls = latencies.length - before;
    windows.push({ time: ((performance.now() - began) * 1e6) / calls, cpu: ((user + system) * 1e3) / calls });
  }
  await check(last);
  return {
    time: median(windows.map(({ time }) => time)),
    cpu: median(windows.map(({ cpu }) => cpu)),
    average: latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length,
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}
