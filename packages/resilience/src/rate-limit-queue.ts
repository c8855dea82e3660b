import { type CallContext, TikTokError, validationError } from '@tt/errors';
import { SlidingWindow, type SlidingWindowOptions } from './sliding-window.js';

/** A wait for the limiter that has ended. */
export interface RateLimitWait {
  /** How long it was, in milliseconds. */
  readonly waitedMs: number;
  /** False where it ended by an abort or by `close()`. */
  readonly admitted: boolean;
}

export interface AdmissionOptions {
  readonly signal?: AbortSignal | undefined;
  /** A call that would certainly have to wait longer is refused at once, in milliseconds. Default: no limit. */
  readonly maxWaitMs?: number | undefined;
  /** What a refusal says of the call, such as its operation. */
  readonly context?: CallContext | undefined;
  readonly onWait?: ((wait: RateLimitWait) => void) | undefined;
}

export interface RateLimitQueueOptions extends SlidingWindowOptions {
  /** How many may wait; whoever comes then is refused. */
  readonly maxQueue: number;
}

interface Waiter {
  readonly options: AdmissionOptions;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** When it began to wait, on the monotonic clock; `undefined` while it may still be let through at once. */
  since: number | undefined;
  wait: RateLimitWait | undefined;
}

type State =
  | { readonly kind: 'ready' }
  /** Somebody is just being given a place. */
  | { readonly kind: 'taking' }
  /** All places are taken; the timer looks again. */
  | { readonly kind: 'full'; readonly until: number; readonly timer: NodeJS.Timeout };

const READY: State = { kind: 'ready' };

/** One limit for one key: who comes first is let through first, and a bounded number may wait. */
export class RateLimitQueue {
  readonly #options: RateLimitQueueOptions;
  readonly #window: SlidingWindow;
  /** In the order in which they came. */
  readonly #waiters = new Set<Waiter>();
  #waiting = 0;
  #state: State = READY;
  #lastCallAt = performance.now();

  constructor(options: RateLimitQueueOptions) {
    this.#options = options;
    this.#window = new SlidingWindow(options);
  }

  /** Whether nobody is waiting. */
  get deserted(): boolean {
    return this.#waiters.size === 0;
  }

  /** Whether there is nothing to remember: no call within the window. */
  get forgettable(): boolean {
    return this.deserted && performance.now() - this.#lastCallAt > this.#options.windowMs;
  }

  /** Resolves when the call is let through. @throws As `RateLimiter.acquire`. */
  async admit(options: AdmissionOptions): Promise<void> {
    const { signal, onWait } = options;
    signal?.throwIfAborted();
    let stopListening = (): void => undefined;
    let waiter: Waiter | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const arrived: Waiter = { options, resolve, reject, since: undefined, wait: undefined };
        waiter = arrived;
        const leave = (): void => this.#leave(arrived, signal?.reason);
        signal?.addEventListener('abort', leave, { once: true });
        stopListening = () => signal?.removeEventListener('abort', leave);
        this.#waiters.add(arrived);
        if (this.#state.kind === 'full') this.#queue(arrived, this.#state.until);
        else this.#advance();
      });
    } finally {
      stopListening();
      if (waiter?.wait !== undefined) onWait?.(waiter.wait);
    }
  }

  /** Refuses everybody who waits, and ends all timers. */
  close(): void {
    for (const waiter of this.#waiters) this.#leave(waiter, closedError(waiter.options.context));
    this.#rest();
    this.#window.clear();
  }

  #advance(): void {
    if (this.#state.kind !== 'ready' || this.#waiters.size === 0) return;
    this.#state = { kind: 'taking' };
    void this.#window.take().then((waitMs) => {
      this.#state = READY;
      if (waitMs > 0) this.#wait(waitMs);
      else this.#letFirstThrough();
      this.#advance();
    });
  }

  #letFirstThrough(): void {
    this.#lastCallAt = performance.now();
    // Whoever the place was for may have left meanwhile; it goes to the next, if there is one.
    const [first] = this.#waiters;
    if (first === undefined) return;
    this.#remove(first, true);
    first.resolve();
  }

  #wait(waitMs: number): void {
    const until = performance.now() + waitMs;
    const timer = setTimeout(() => {
      this.#state = READY;
      this.#advance();
    }, waitMs);
    this.#state = { kind: 'full', until, timer };
    for (const waiter of this.#waiters) {
      if (waiter.since === undefined) this.#queue(waiter, until);
    }
    if (this.deserted) this.#rest();
  }

  #queue(waiter: Waiter, until: number): void {
    const { limit, windowMs, maxQueue } = this.#options;
    const { maxWaitMs = Number.POSITIVE_INFINITY, context } = waiter.options;
    const now = performance.now();
    // As short as it can be: those ahead take the places that become free first.
    const shortestWaitMs = Math.max(0, until - now) + Math.floor(this.#waiting / limit) * windowMs;
    if (this.#waiting >= maxQueue || shortestWaitMs > maxWaitMs) {
      this.#waiters.delete(waiter);
      waiter.reject(refusal(shortestWaitMs, context));
      return;
    }
    waiter.since = now;
    this.#waiting += 1;
  }

  #leave(waiter: Waiter, reason: unknown): void {
    this.#remove(waiter, false);
    waiter.reject(reason);
    if (this.deserted) this.#rest();
  }

  #remove(waiter: Waiter, admitted: boolean): void {
    this.#waiters.delete(waiter);
    if (waiter.since === undefined) return;
    this.#waiting -= 1;
    waiter.wait = { waitedMs: performance.now() - waiter.since, admitted };
  }

  /** Nobody waits, so no timer may keep the process alive. */
  #rest(): void {
    if (this.#state.kind !== 'full') return;
    clearTimeout(this.#state.timer);
    this.#state = READY;
  }
}

export function closedError(context: CallContext | undefined): TikTokError {
  return validationError('The rate limiter was closed', { ...context, code: 'closed' });
}

/** Without a status: TikTok was not asked, so a breaker counts nothing (D8). */
export function refusal(retryAfterMs: number, context: CallContext | undefined): TikTokError {
  return new TikTokError(
    `The rate limiter lets no more calls through; the next place is free in ${Math.ceil(retryAfterMs / 1_000)} s`,
    {
      ...context,
      statusCode: undefined,
      type: 'RATE_LIMIT_ERROR',
      code: 'rate_limited_locally',
      retryAfterMs: Math.ceil(retryAfterMs),
      hint: 'Call less often, allow more calls to wait, or ask TikTok for a higher limit. TikTok was not asked.',
    },
  );
}
