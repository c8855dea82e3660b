import { networkError, TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import {
  type CircuitBreaker,
  type CircuitBreakerStats,
  type CircuitState,
  createCircuitBreaker,
} from './circuit-breaker.js';
import { type Deferred, deferred } from './test-support/deferred.js';

const RESET_MS = 60_000;
const PERIOD_MS = 120_000;
const STEP_MS = PERIOD_MS / 60;

/** How a call ends. */
type Ending = 'answer' | 'refusal' | 'failure' | 'bug' | 'own check' | 'limiter';

/** What somebody does to a breaker. */
type Step =
  | { readonly do: 'begin' }
  | { readonly do: 'end'; readonly which: number; readonly ending: Ending }
  | { readonly do: 'abort'; readonly which: number }
  | { readonly do: 'call'; readonly ending: Ending }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'reset' };

const OUTCOME = {
  answer: 'success',
  refusal: 'success',
  failure: 'failure',
  bug: 'failure',
  'own check': 'ignored',
  limiter: 'ignored',
} as const;

const ERROR = {
  refusal: () => new TikTokError('m', { type: 'TOKEN_EXPIRED', statusCode: 400 }),
  failure: () => networkError(new Error('m')),
  bug: () => new RangeError('m'),
  'own check': () => new TikTokError('m', { type: 'VALIDATION_ERROR' }),
  limiter: () => new TikTokError('m', { type: 'RATE_LIMIT_ERROR' }),
} as const;

/** D8 in the plainest words, with a list where the breaker has counters. */
class Model {
  readonly #threshold: number;
  readonly #rate: number;
  #now: number;
  #state: CircuitState = 'CLOSED';
  #opensUntil = 0;
  #era = 0;
  #trialRuns = false;
  #counted: { readonly step: number; readonly outcome: 'success' | 'failure' }[] = [];
  #totalCalls = 0;
  #lastFailureTime: number | null = null;
  #lastStateChange: number;

  constructor(now: number, threshold: number, rate: number) {
    this.#now = now;
    this.#lastStateChange = now;
    this.#threshold = threshold;
    this.#rate = rate;
  }

  /** @returns The era it began in, or `null` where it is refused. */
  begin(): number | null {
    this.#totalCalls += 1;
    if (this.#state === 'OPEN' || this.#trialRuns) return null;
    this.#trialRuns = this.#state === 'HALF_OPEN';
    return this.#era;
  }

  end(era: number, outcome: 'success' | 'failure' | 'ignored'): void {
    if (era !== this.#era) return;
    this.#trialRuns = false;
    if (outcome === 'ignored') return;
    this.#counted.push({ step: this.#step(), outcome });
    if (outcome === 'failure') this.#lastFailureTime = this.#now;
    if (this.#state === 'HALF_OPEN') this.#change(outcome === 'success' ? 'CLOSED' : 'OPEN');
    else if (outcome === 'failure') {
      const failures = this.#count('failure');
      const share = failures / (failures + this.#count('success'));
      if (failures >= this.#threshold && share >= this.#rate) this.#change('OPEN');
    }
  }

  wait(ms: number): void {
    const later = this.#now + ms;
    if (this.#state === 'OPEN' && later >= this.#opensUntil) {
      this.#now = this.#opensUntil;
      this.#change('HALF_OPEN');
    }
    this.#now = later;
  }

  reset(): void {
    this.#era += 1;
    this.#trialRuns = false;
    if (this.#state !== 'CLOSED') this.#change('CLOSED');
    this.#counted = [];
    this.#totalCalls = 0;
    this.#lastFailureTime = null;
  }

  stats(): CircuitBreakerStats {
    return {
      state: this.#state,
      failures: this.#count('failure'),
      successes: this.#count('success'),
      totalCalls: this.#totalCalls,
      lastFailureTime: this.#lastFailureTime,
      lastStateChange: this.#lastStateChange,
    };
  }

  #change(to: CircuitState): void {
    this.#state = to;
    this.#era += 1;
    this.#trialRuns = false;
    this.#lastStateChange = this.#now;
    if (to === 'OPEN') this.#opensUntil = this.#now + RESET_MS;
    if (to === 'CLOSED') this.#counted = [];
  }

  #count(outcome: 'success' | 'failure'): number {
    return this.#counted.filter((one) => one.outcome === outcome && this.#step() - one.step < 60).length;
  }

  #step(): number {
    return Math.floor(this.#now / STEP_MS);
  }
}

const ending = fc.constantFrom<Ending>('answer', 'refusal', 'failure', 'failure', 'bug', 'own check', 'limiter');
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 15, arbitrary: fc.record({ do: fc.constant('begin' as const) }) },
  { weight: 15, arbitrary: fc.record({ do: fc.constant('end' as const), which, ending }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('abort' as const), which }) },
  { weight: 30, arbitrary: fc.record({ do: fc.constant('call' as const), ending }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(
        fc.integer({ min: 1, max: 200_000 }),
        fc.constantFrom(1_500, STEP_MS, RESET_MS - 1, RESET_MS, PERIOD_MS - 3_000, PERIOD_MS - STEP_MS, PERIOD_MS),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
);

/** A call that is still running, in the breaker and in the model. */
interface Running {
  readonly work: Deferred<string>;
  readonly controller: AbortController;
  readonly call: Promise<unknown>;
  readonly era: number;
}

async function play(breaker: CircuitBreaker, model: Model, steps: readonly Step[]): Promise<void> {
  const running: Running[] = [];

  function begin(): Running | undefined {
    const work = deferred<string>();
    const controller = new AbortController();
    let sent = false;
    const run = (): Promise<string> => {
      sent = true;
      return work.promise;
    };
    const call = breaker.execute(run, { signal: controller.signal }).catch((error: unknown) => error);
    const era = model.begin();
    expect(sent).toBe(era !== null);
    return era === null ? undefined : { work, controller, call, era };
  }

  async function end({ work, call, era }: Running, how: Ending): Promise<void> {
    if (how === 'answer') work.resolve('ok');
    else work.reject(ERROR[how]());
    await call;
    model.end(era, OUTCOME[how]);
  }

  const take = (index: number): Running | undefined => running.splice(index % Math.max(1, running.length), 1)[0];

  for (const one of steps) {
    switch (one.do) {
      case 'begin': {
        const begun = begin();
        if (begun !== undefined) running.push(begun);
        break;
      }
      case 'end': {
        const taken = take(one.which);
        if (taken !== undefined) await end(taken, one.ending);
        break;
      }
      case 'abort': {
        const taken = take(one.which);
        if (taken === undefined) break;
        taken.controller.abort(new Error('called off'));
        await taken.call;
        model.end(taken.era, 'ignored');
        break;
      }
      case 'call': {
        const begun = begin();
        if (begun !== undefined) await end(begun, one.ending);
        break;
      }
      case 'wait':
        vi.advanceTimersByTime(one.ms);
        model.wait(one.ms);
        break;
      case 'reset':
        breaker.reset();
        model.reset();
        break;
    }
    expect(breaker.stats()).toEqual(model.stats());
  }
  for (const { work } of running) work.resolve('late');
}

it('does what D8 says, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 80 }),
      fc.constantFrom(1, 2, 5),
      fc.constantFrom(0, 0, 0.5, 1),
      async (steps, failureThreshold, minimumFailureRate) => {
        vi.useFakeTimers({ now: 0 });
        const breaker = createCircuitBreaker({
          failureThreshold,
          minimumFailureRate,
          resetTimeout: RESET_MS,
          monitoringPeriod: PERIOD_MS,
        });
        try {
          await play(breaker, new Model(0, failureThreshold, minimumFailureRate), steps);
        } finally {
          breaker.close();
          expect(vi.getTimerCount()).toBe(0);
          vi.useRealTimers();
        }
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);
