import { type Channel, channel } from 'node:diagnostics_channel';
import { TikTokError, type TikTokErrorType } from '@tt/errors';
import type { GiveUpReason } from '@tt/resilience';

/** The name of the `node:diagnostics_channel` on which every {@link TikTokHttpEvent} is published. */
export const HTTP_CHANNEL = 'tt:http';

/** How a request, or one attempt of it, ended; `aborted` is the caller's own doing. */
export type TikTokHttpOutcome = 'success' | 'failure' | 'aborted';

/** How something ended, in labels that are bounded in number. */
export interface TikTokHttpEnd {
  readonly outcome: TikTokHttpOutcome;
  /** Where it failed; `undefined` for an error that is not ours, such as one of `beforeSend`. */
  readonly errorType?: TikTokErrorType | undefined;
  /** Where an answer came. */
  readonly statusCode?: number | undefined;
  /** True where the request may have had its effect though no answer says so. */
  readonly outcomeUnknown: boolean;
  /** In milliseconds. */
  readonly durationMs: number;
}

/**
 * What is published on `tt:http`: labels that are bounded in number, and the correlation id. Never a user, a token or a
 * URL.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import type { TikTokHttpEvent } from '@tt/http';
 *
 * subscribe('tt:http', (message) => {
 *   const event = message as TikTokHttpEvent;
 *   if (event.event === 'request_end') console.log(event.operation, event.outcome, event.durationMs);
 * });
 * ```
 */
export type TikTokHttpEvent = {
  /** What was being done: `token.refresh`, `user.info`. */
  readonly operation: string;
  readonly correlationId: string;
} & (
  | { readonly event: 'request_start' }
  /** `attempts` is how many were begun; 0 where the breaker, the limiter or `beforeSend` refused. */
  | ({ readonly event: 'request_end'; readonly attempts: number } & TikTokHttpEnd)
  /** Is about to be sent. Attempts are numbered from 1. */
  | { readonly event: 'attempt_start'; readonly attempt: number }
  | ({ readonly event: 'attempt_end'; readonly attempt: number } & TikTokHttpEnd)
  /** `attempt` failed, and after `delayMs` milliseconds there will be another. */
  | {
      readonly event: 'retry';
      readonly attempt: number;
      readonly errorType: TikTokErrorType;
      readonly delayMs: number;
    }
  /** `attempt` failed in a way that could have passed, and there will be no other. */
  | {
      readonly event: 'give_up';
      readonly attempt: number;
      readonly errorType: TikTokErrorType;
      readonly reason: GiveUpReason;
    }
  /** `attempt` has waited `waitedMs` milliseconds for the rate limiter. */
  | { readonly event: 'limiter_wait'; readonly attempt: number; readonly waitedMs: number }
);

type Details = TikTokHttpEvent extends infer Event
  ? Event extends TikTokHttpEvent
    ? Omit<Event, 'operation' | 'correlationId'>
    : never
  : never;

/** Publishes what becomes of one request. */
export class RequestTrace {
  readonly #channel: Channel;
  readonly #labels: { readonly operation: string; readonly correlationId: string };
  readonly #startedAt = performance.now();
  /** When the attempts began that have not ended: one that timed out may end after the next has begun. */
  readonly #running = new Map<number, number>();
  #attempts = 0;

  constructor(to: Channel, labels: { readonly operation: string; readonly correlationId: string }) {
    this.#channel = to;
    this.#labels = labels;
    this.publish({ event: 'request_start' });
  }

  publish(details: Details): void {
    this.#channel.publish({ ...details, ...this.#labels });
  }

  attemptStarted(attempt: number): void {
    this.#attempts += 1;
    this.#running.set(attempt, performance.now());
    this.publish({ event: 'attempt_start', attempt });
  }

  /** Does nothing where the attempt was ended already, together with its request. */
  attemptEnded(attempt: number, how: Ending): void {
    const startedAt = this.#running.get(attempt);
    if (startedAt === undefined) return;
    this.#running.delete(attempt);
    this.publish({ event: 'attempt_end', attempt, ...endOf(how, { startedAt, begun: true }) });
  }

  requestEnded(how: Ending): void {
    // A caller who gives up, or a deadline, ends the request before its attempt knows.
    for (const attempt of this.#running.keys()) this.attemptEnded(attempt, how);
    const so = { startedAt: this.#startedAt, begun: this.#attempts > 0 };
    this.publish({ event: 'request_end', attempts: this.#attempts, ...endOf(how, so) });
  }
}

/** How it ended: with the status of an answer, or with an error. */
export type Ending = { readonly statusCode: number } | { readonly error: unknown; readonly aborted: boolean };

/** @param so.begun Whether anything may have been sent. */
function endOf(how: Ending, so: { readonly startedAt: number; readonly begun: boolean }): TikTokHttpEnd {
  const durationMs = performance.now() - so.startedAt;
  if ('statusCode' in how) {
    return { outcome: 'success', statusCode: how.statusCode, outcomeUnknown: false, durationMs };
  }
  const { error, aborted } = how;
  if (aborted) return { outcome: 'aborted', outcomeUnknown: so.begun, durationMs };
  if (!TikTokError.isInstance(error)) return { outcome: 'failure', outcomeUnknown: false, durationMs };
  const { type, statusCode, outcomeUnknown } = error;
  return { outcome: 'failure', errorType: type, statusCode, outcomeUnknown, durationMs };
}

/** Gives a trace where somebody listens when the request begins; `undefined` otherwise, so that nothing is spent on it. */
export function createTracer(): (operation: string, correlationId: string) => RequestTrace | undefined {
  const to = channel(HTTP_CHANNEL);
  return (operation, correlationId) =>
    to.hasSubscribers ? new RequestTrace(to, { operation, correlationId }) : undefined;
}
