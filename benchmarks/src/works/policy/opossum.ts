import Opossum from 'opossum';
import pRetry from 'p-retry';
import type { Subject } from '../../harness/subject.js';
import { ATTEMPTS, caught, checkAnswer, FAILURES, noop, RESET_MS, refusedWith, TIMEOUT_MS } from './noop.js';

function create(): Opossum<[], string> {
  return new Opossum(noop, { timeout: TIMEOUT_MS, volumeThreshold: FAILURES, resetTimeout: RESET_MS });
}

/** Its timeout is in it. */
export function breaker(): Subject {
  const opossum = create();
  return { call: () => opossum.fire(), check: checkAnswer, close: () => opossum.shutdown() };
}

const RETRY = {
  retries: ATTEMPTS - 1,
  minTimeout: 200,
  maxTimeout: 5_000,
  randomize: true,
  // A refusal of the breaker is final.
  shouldRetry: ({ error }: { readonly error: Error }) => Object(error).code !== 'EOPENBREAKER',
};

export function underRetry(): Subject {
  const opossum = create();
  return { call: () => pRetry(() => opossum.fire(), RETRY), check: checkAnswer, close: () => opossum.shutdown() };
}

const refused = refusedWith('EOPENBREAKER');

export function refusing(): Subject {
  const opossum = create();
  opossum.open();
  return { call: () => opossum.fire().catch(caught), check: refused, close: () => opossum.shutdown() };
}

export function refusingUnderRetry(): Subject {
  const opossum = create();
  opossum.open();
  return {
    call: () => pRetry(() => opossum.fire(), RETRY).catch(caught),
    check: refused,
    close: () => opossum.shutdown(),
  };
}
