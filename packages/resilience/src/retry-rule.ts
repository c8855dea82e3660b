import type { TikTokError } from '@tt/errors';

/**
 * Whether a call that failed may be made again.
 *
 * @param sends How many times it was made so far.
 */
export type RetryRule = (error: TikTokError, sends: number) => boolean;

/** For a call whose effect may be repeated, such as a read: any failure that can pass. */
export const ifRepeatable: RetryRule = () => true;

/**
 * For a call whose effect is single-use, such as a code exchange (D7): only where it certainly had no effect, because
 * nothing was sent, or because it was turned away for coming too fast.
 */
export const ifUnsent: RetryRule = ({ type, outcomeUnknown, statusCode }) => {
  if (type === 'RATE_LIMIT_ERROR') return true;
  return (type === 'NETWORK_ERROR' || type === 'TIMEOUT_ERROR') && !outcomeUnknown && statusCode === undefined;
};
