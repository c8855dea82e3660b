/** What must never happen, and did. */
export interface Violation {
  readonly kind: ViolationKind;
  /** Whose account, where it is about one. */
  readonly userId: string | undefined;
  readonly what: string;
}

export type ViolationKind =
  /** In the end an account is neither connected with TikTok's live refresh token nor marked. */
  | 'neither'
  /** It is marked although its refresh token is good, or nobody had refused it. */
  | 'false_mark'
  /** It is marked with a reason that is not the true one. */
  | 'false_reason'
  /** Its refresh token is dead, and nothing that is allowed explains it. */
  | 'lost_without_cause'
  /** There is no record, and Redis never lost its data after the last write. */
  | 'record_lost'
  /** A pair reached a process, and was neither stored while that lived nor named when it closed. */
  | 'pair_dropped'
  /** Two writes took the place of the same version. */
  | 'replaced_twice'
  /** A pair, or a mark, took the place of another pair than the one it was bought with or is about. */
  | 'newer_overwritten'
  /** A refreshed pair was written where the record had gone. */
  | 'resurrected'
  /** The store told of a record that had been overwritten before it was asked. */
  | 'stale_read'
  /** A process sent a refresh token although it knew one that came of it. */
  | 'spent_token_sent'
  /** An access token was served that had run out before the call began, or that TikTok never issued to this user. */
  | 'dead_token_served'
  /** A refresh token was spent long before its access token was due, though nobody had said that TikTok refused it. */
  | 'refreshed_early'
  /** Everybody asked at once, and there was not exactly one request, or not everybody got its result. */
  | 'stampeded'
  /** The pair of a holder that was late was not stored where it should have been, or did not give way where it should. */
  | 'late_pair_lost'
  | 'unexpected_error'
  | 'unanswered_call'
  | 'crashed';
