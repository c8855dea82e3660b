import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import type { Subject } from '../../harness/subject.js';
import { ATTEMPTS, caught, checkAnswer, FAILURES, failing, noop, RESET_MS, refusedWith, TIMEOUT_MS } from './noop.js';

const refused = refusedWith('circuit_open');

function parts() {
  const breaker = createCircuitBreaker({ failureThreshold: FAILURES, resetTimeout: RESET_MS });
  return { timeoutMs: TIMEOUT_MS, retry: createRetry({ attempts: ATTEMPTS }), breaker };
}

export function stack(): Subject {
  const { breaker, ...rest } = parts();
  const policy = createPolicy({ breaker, ...rest });
  return { call: () => policy.execute(noop), check: checkAnswer, close: () => breaker.close() };
}

export function stackWithDeadline(): Subject {
  const { breaker, ...rest } = parts();
  const policy = createPolicy({ deadlineMs: 30_000, breaker, ...rest });
  return { call: () => policy.execute(noop), check: checkAnswer, close: () => breaker.close() };
}

export async function refusingBreaker(): Promise<Subject> {
  const { breaker } = parts();
  for (let n = 0; n < FAILURES; n += 1) await breaker.execute(failing).catch(caught);
  return { call: () => breaker.execute(noop).catch(caught), check: refused, close: () => breaker.close() };
}

export async function refusingStack(): Promise<Subject> {
  const { breaker, ...rest } = parts();
  for (let n = 0; n < FAILURES; n += 1) await breaker.execute(failing).catch(caught);
  const policy = createPolicy({ breaker, ...rest });
  return { call: () => policy.execute(noop).catch(caught), check: refused, close: () => breaker.close() };
}
