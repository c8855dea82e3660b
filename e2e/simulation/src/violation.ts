/** What must never happen. */
export type ViolationKind =
  /** Marked as needing to sign in, though its refresh token was good. */
  | 'false_mark'
  /** Marked with a reason that is not what happened. */
  | 'false_reason'
  /** Noted as perhaps spent by a request without an answer, though there was none. */
  | 'false_doubt'
  /** The stored refresh token is dead, and nothing explains it. */
  | 'stale_pair'
  /** In the end neither connected nor marked. */
  | 'neither'
  /** A pair reached a process, and was neither stored nor rightly dropped. */
  | 'pair_dropped'
  /** A process had a new pair that it could not store, and did not serve it. */
  | 'pair_withheld'
  /** A call failed although a valid token had stood in the store for long, and nothing was in the way. */
  | 'token_withheld'
  /** The new pair of an account that had been deleted was left at TikTok, as good as ever. */
  | 'orphan_left'
  /** Tokens were stored that were somebody else's. */
  | 'stranger_stored'
  /** A process closed without a word on a pair that it could not store. */
  | 'closed_in_silence'
  /** A process closed, well within the time it has for that, while a refresh of its own was under way or a pair waited. */
  | 'closed_too_soon'
  /** A write replaced a pair that it was not meant for. */
  | 'wrong_pair_overwritten'
  /** Tokens came back after they were deleted. */
  | 'resurrected'
  /** A refresh token was sent that this process could know to be spent. */
  | 'spent_token_sent'
  /** A second refresh for one expiry, with no fault in between. */
  | 'double_refresh'
  | 'refreshed_early'
  /** More sends of one refresh token in one go than D3 allows. */
  | 'sent_too_often'
  /** A refresh that had just failed was tried again at once. */
  | 'no_cooldown'
  /** A process stopped waiting for an answer that was on its way, sooner than any limit allows. */
  | 'given_up_early'
  /** A refresh request without a lease that lasts for it. */
  | 'sent_without_lease'
  /** A lease was given back while the pair that was bought under it was still to be stored. */
  | 'released_too_soon'
  /** An access token was served that had run out, by any clock. */
  | 'dead_token_served'
  /** An access token was served to whoever had just said that TikTok refuses it. */
  | 'refused_token_served'
  /** An access token was served long after the account's tokens were deleted. */
  | 'served_after_delete'
  | 'unexpected_error'
  | 'unanswered_call';

export interface Violation {
  readonly kind: ViolationKind;
  readonly at: number;
  readonly userId: string | undefined;
  readonly what: string;
  /** The account's recent past, a line each. */
  readonly history: string;
}
