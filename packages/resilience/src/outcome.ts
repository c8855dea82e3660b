import { TikTokError } from '@tt/errors';

/** What a finished call says about the service behind it (D8). */
export type Outcome = 'success' | 'failure' | 'ignored';

/**
 * What a rejected call says about the service (D8): any answer, a refusal included, is a sign of life; silence, a 5xx
 * and anything unforeseen is a failure; what never reached the service, or was called off, says nothing.
 */
export function outcomeOf(error: unknown, signal: AbortSignal | undefined): Outcome {
  // Whatever comes up after an abort (a library's own AbortError, say) comes of the abort.
  if (!TikTokError.isInstance(error)) return signal?.aborted === true ? 'ignored' : 'failure';
  switch (error.type) {
    case 'NETWORK_ERROR':
    case 'TIMEOUT_ERROR':
    case 'SERVER_ERROR':
      return 'failure';
    case 'VALIDATION_ERROR':
    case 'CIRCUIT_OPEN':
    case 'TOKEN_STORE_ERROR':
      return 'ignored';
    case 'RATE_LIMIT_ERROR':
      // Without a status it is a limiter of ours that refused: the service was not asked.
      return error.statusCode === undefined ? 'ignored' : 'success';
    default:
      return 'success';
  }
}
