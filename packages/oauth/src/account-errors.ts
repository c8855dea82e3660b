import { storeError, TikTokError, validationError } from '@tt/errors';
import type { SignInNeeded } from './token-record.js';

/** Nothing is stored under this user id. */
export function notConnectedError(operation: string): TikTokError {
  return new TikTokError('No TikTok account is connected under this user id', {
    type: 'AUTH_ERROR',
    code: 'not_connected',
    operation,
    userMessage: 'Your TikTok account is not connected. Please sign in with TikTok.',
  });
}

/** TikTok has confirmed that the account's refresh token is no good (D4). */
export function signInNeededError(
  { reason, at, logId }: SignInNeeded,
  operation: string,
  cause?: unknown,
): TikTokError {
  return new TikTokError(
    `The account must sign in again: TikTok refused its refresh token at ${new Date(at).toISOString()} (${reason})`,
    {
      type: 'TOKEN_EXPIRED',
      code: 'sign_in_needed',
      operation,
      logId,
      hint:
        reason === 'answer_lost'
          ? 'An earlier refresh went unanswered, and TikTok had rotated the token by then.'
          : 'The person or TikTok has revoked the access, the refresh token has run out, or another program refreshed it.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** The account's last refresh failed a moment ago, and is not tried again yet (D4). What failed is the cause. */
export function coolingDownError(cause: unknown, retryAfterMs: number): TikTokError {
  const failed = TikTokError.isInstance(cause) ? cause : undefined;
  const message = failed?.message ?? 'an unexpected error';
  return new TikTokError(
    `The last refresh failed, and is tried again in ${Math.ceil(retryAfterMs / 1000)} s at the earliest: ${message}`,
    {
      type: failed?.type ?? 'API_ERROR',
      code: failed?.code,
      operation: 'token.refresh',
      statusCode: failed?.statusCode,
      logId: failed?.logId,
      hint: failed?.hint,
      docsUrl: failed?.docsUrl,
      retryable: failed?.retryable,
      retryAfterMs,
      cause,
    },
  );
}

/** A refresh with the caller's own refresh token brought the tokens of somebody else than is connected. */
export function otherPersonError(operation: string): TikTokError {
  return new TikTokError('The refresh token is another person’s than the one connected under this user id', {
    type: 'AUTH_ERROR',
    code: 'open_id_changed',
    operation,
    hint: 'The new tokens were not kept. Refresh without userId to be given them, or under the right one.',
  });
}

/** A write that lost against others again and again. */
export function contendedError(): TikTokError {
  return storeError('The account could not be written: others kept writing', {
    code: 'contended',
    operation: 'store.put',
  });
}

/** The instance takes no calls any more. */
export function closedError(): TikTokError {
  return validationError('This TikTokOAuth was closed', { code: 'closed' });
}
