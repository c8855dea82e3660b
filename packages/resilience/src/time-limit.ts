import { type CallContext, timeoutError } from '@tt/errors';
import { untilAborted } from './until-aborted.js';

/** What ran out, in the error's words. */
export interface TimeLimit {
  readonly what: 'attempt timeout' | 'deadline';
  readonly limitMs: number;
  /** What the error says of the call. */
  readonly context?: CallContext | undefined;
}

/**
 * Runs `fn` with a signal that aborts when the caller's does or when the time is up, and rejects then even if `fn`
 * doesn't listen.
 *
 * @throws TikTokError `TIMEOUT_ERROR` when the time is up; the caller's `signal.reason` when that aborts.
 */
export async function withTimeLimit<T>(
  { what, limitMs, context }: TimeLimit,
  signal: AbortSignal | undefined,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const cancel = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });
  // A cleared setTimeout costs a tenth of AbortSignal.timeout (D16).
  const timer = setTimeout(() => controller.abort(timeoutError(what, limitMs, context)), limitMs);
  try {
    return await untilAborted(fn(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
