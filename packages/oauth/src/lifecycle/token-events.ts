import { channel } from 'node:diagnostics_channel';
import type { TikTokErrorType } from '@tt/errors';
import type { SignInNeeded } from '../token-record.js';

/**
 * What is published on the diagnostics channel `tt:token`. Every field is one of a few words, so that each can label a
 * metric; none tells who the user is.
 */
export type TokenChannelEvent =
  /** New tokens were stored: by a sign-in, an import or a refresh. */
  | { readonly event: 'stored'; readonly by: 'sign_in' | 'import' | 'refresh' }
  /** A refresh ended without new tokens; the account is none the worse. */
  | { readonly event: 'refresh_failed'; readonly errorType: TikTokErrorType | 'unknown' }
  | { readonly event: 'sign_in_needed'; readonly reason: SignInNeeded['reason'] }
  /** New tokens could not be stored, and are kept in memory. */
  | { readonly event: 'unsaved' }
  /** A token that is valid was served although a refresh was due, or the store could not be asked. */
  | {
      readonly event: 'served_anyway';
      readonly why: 'refresh_failed' | 'refresh_slow' | 'cooling_down' | 'sign_in_needed' | 'store_failed';
    }
  /** A write found another pair, or none: ours was dropped. */
  | { readonly event: 'write_refused'; readonly found: 'another_pair' | 'nothing' }
  | { readonly event: 'deleted' };

/** The name of the channel. */
export const TOKEN_CHANNEL = 'tt:token';

/** Publishes to whoever listens; next to nothing where nobody does. */
export function publisher(): (event: TokenChannelEvent) => void {
  const tokenChannel = channel(TOKEN_CHANNEL);
  return (event) => {
    if (tokenChannel.hasSubscribers) tokenChannel.publish(event);
  };
}
