import { TikTokError } from '@tt/errors';

/** What a finished call says about the service behind it (D8). */
export type Outcome = 'success' | 'failure' | 'ignored';

/**
 * What a rejected call says about the service (D8): any answer, a refusal included, is a sign of life; silence, a 5xx
 * and anything unforeseen is a failure; what never reached the service, or was called off, says nothing.
 *
 * @param signal The caller's own: its abort, with whatever reason, is never the service's fault.
 */
export function outcomeOf(error: unknown, signal: AbortSignal | undefined): Outcome {
  const calledOff = signal?.aborted === true;
  if (calledOff && error === signal.reason) return 'ignored';
  // Whatever comes up after an abort (a library's own AbortError, say) comes of the abort.
  if (!TikTokError.isInstance(error)) return calledOff ? 'ignored' : 'failure';
  if (isRefusalOfOurs(error)) return 'ignored';
  switch (error.type) {
    case 'NETWORK_ERROR':
    case 'TIMEOUT_ERROR':
    case 'SERVER_ERROR':
      return 'failure';
    case 'VALIDATION_ERROR':
    case 'TOKEN_STORE_ERROR':
      return 'ignored';
    default:
      return 'success';
  }
}

/** Whether a breaker or a limiter of ours refused: the service was not asked. */
export function isRefusalOfOurs(error: TikTokError): boolean {
  return error.type === 'CIRCUIT_OPEN' || (error.type === 'RATE_LIMIT_ERROR' && error.statusCode === undefined);
}
