import { type CallContext, timeoutError } from '@tt/errors';
import { Cancellation } from './cancellation.js';

/** A timer that fires later than this, in milliseconds, may have been held up with everything else in this process. */
const PUNCTUAL_MS = 5;
/** What there is then, in milliseconds, to read what has come meanwhile. */
const GRACE_MS = 100;
/** Later than this, that was held up too. */
const HELD_UP_MS = 250;

/** How long something may take, and what the error says where it takes longer. */
export interface TimeLimit {
  readonly what: 'attempt timeout' | 'deadline';
  /** In milliseconds; `undefined` is no limit. */
  readonly limitMs: number | undefined;
  readonly context: CallContext | undefined;
}

/**
 * Runs `fn` until the time is up or `outer` is called off, and rejects then even if `fn` doesn't listen.
 *
 * @param outer The caller's signal, or the call that this is an attempt of.
 * @throws TikTokError `TIMEOUT_ERROR` when the time is up; the reason of `outer` when that is called off.
 */
export function withTimeLimit<T>(
  limit: TimeLimit,
  outer: AbortSignal | Cancellation | undefined,
  fn: (own: Cancellation) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (outer instanceof Cancellation) outer.throwIfCancelled();
    else outer?.throwIfAborted();
    const own = new Cancellation((reason) => {
      stop();
      reject(reason);
    });
    const stopTimer = limit.limitMs === undefined ? undefined : startTimer(limit, limit.limitMs, own);
    const stopFollowing = outer === undefined ? undefined : follow(outer, own);
    const stop = (): void => {
      stopTimer?.();
      stopFollowing?.();
    };
    running(fn, own).then(
      (result) => {
        stop();
        resolve(result);
      },
      (error: unknown) => {
        stop();
        reject(error);
      },
    );
  });
}

/** What throws before it gives a promise rejects like everything else. */
function running<T>(fn: (own: Cancellation) => Promise<T>, own: Cancellation): Promise<T> {
  try {
    return fn(own);
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Cancels `own` when the time is up, until the function it returns is called. A cleared setTimeout costs a tenth of
 * AbortSignal.timeout (D16).
 *
 * A process that was stopped, or was busy, past the limit finds its timer due and the answer unread: timers run before
 * sockets are looked at. The answer may be all there is of a new refresh token (D3), so the sockets come first.
 */
function startTimer({ what, context }: TimeLimit, limitMs: number, own: Cancellation): () => void {
  let timer: NodeJS.Timeout;
  const wait = (ms: number, toleratedMs: number): void => {
    const latestAt = performance.now() + ms + toleratedMs;
    timer = setTimeout(() => {
      if (performance.now() > latestAt) wait(GRACE_MS, HELD_UP_MS);
      else own.cancel(timeoutError(what, limitMs, context));
    }, ms);
  };
  wait(limitMs, PUNCTUAL_MS);
  return () => clearTimeout(timer);
}

/** Cancels `own` when `outer` is called off, until the function it returns is called. */
function follow(outer: AbortSignal | Cancellation, own: Cancellation): () => void {
  if (outer instanceof Cancellation) {
    outer.enter(own);
    return () => outer.leave(own);
  }
  const cancel = (): void => own.cancel(outer.reason);
  outer.addEventListener('abort', cancel, { once: true });
  return () => outer.removeEventListener('abort', cancel);
}
