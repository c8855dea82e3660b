import { MINUTE_MS } from './conditions.js';

/** How long one attempt takes at most: what a lease must last for when a request is sent. */
export const ATTEMPT_TIMEOUT_MS = 8_000;
/** The largest window (D1): a tenth of the life, and a tenth of that as jitter. */
export const LARGEST_WINDOW = 0.11;
/** For how long a refresh may follow from a caller's word that TikTok refuses the access token. */
export const REJECTION_MS = 10 * MINUTE_MS;
/** The longest a call may take over all its attempts. */
export const DEADLINE_MS = 30_000;
/** What clocks and timers round, and what a request waits for its lease. */
export const ROUNDING_MS = 1_000;
/** D3: three sends in all, and one more after silence. */
export const MOST_SENDS = 3;
export const MOST_SILENCES = 2;
/** The shortest cooldown, less what the clocks round. */
export const COOLDOWN_MS = 990;
/** For how long a process may believe what it has in memory: a minute, and the time that a message travels. */
export const BELIEVED_MS = 2 * MINUTE_MS;
/** For how long a process that closes waits for what is under way. */
export const CLOSING_MS = 4_900;
/** How long the first try to store a pair may take, in which nobody knows yet that it fails. */
export const FIRST_WRITE_MS = 45_000;
/** How long a pair may stay in a process's hands while nothing keeps it from storing it. */
export const STORED_WITHIN_MS = 5 * MINUTE_MS;
export const MOST_VIOLATIONS = 20;
