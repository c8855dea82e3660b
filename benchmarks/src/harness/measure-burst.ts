import type { Measurement, Subject } from './subject.js';

/** One call that is the whole work: a herd of callers, for example. What should be warm, the subject warms up. */
export async function measureBurst({ call, check }: Pick<Subject, 'call' | 'check'>): Promise<Measurement> {
  globalThis.gc?.();
  const began = performance.now();
  const result = await call();
  const total = (performance.now() - began) * 1e6;
  await check(result);
  return { total };
}
