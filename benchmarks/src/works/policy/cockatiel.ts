import assert from 'node:assert/strict';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Subject } from '../../harness/subject.js';
import { ATTEMPTS, caught, checkAnswer, FAILURES, noop, RESET_MS, TIMEOUT_MS } from './noop.js';

function parts() {
  return {
    again: retry(handleAll, { maxAttempts: ATTEMPTS - 1, backoff: new ExponentialBackoff() }),
    breaker: circuitBreaker(handleAll, { halfOpenAfter: RESET_MS, breaker: new ConsecutiveBreaker(FAILURES) }),
    // As ours: the caller is told at once, whatever the call does with its signal.
    limit: timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
  };
}

export function stack(): Subject {
  const { again, breaker, limit } = parts();
  const policy = wrap(again, breaker, limit);
  return { call: () => policy.execute(noop), check: checkAnswer };
}

export function refusing(): Subject {
  const { breaker } = parts();
  breaker.isolate();
  return {
    call: () => breaker.execute(noop).catch(caught),
    check: (result) => assert.ok(result instanceof BrokenCircuitError),
  };
}
