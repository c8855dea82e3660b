import { TikTokError } from '@tt/errors';
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
