/** A refresh request, as far as it got. */
export interface RequestFacts {
  readonly request: number;
  readonly process: string;
  readonly refreshToken: string;
  readonly sentAt: number;
  /** Whether it spent the refresh token. */
  effect: boolean;
  /** What came of its answer. */
  fate: 'under_way' | 'answered' | 'lost';
  how: string;
  /** When the process had its answer, or gave up on it. */
  endedAt?: number;
  /** The refresh token it brought. */
  next?: string;
}

/** Where TikTok's answer would have come in good time. */
const ON_ITS_WAY = new Set(['timed_out', 'slow', 'deploy', 'cut_link']);
/** An answer came, and brought no token: that is no silence (D3). */
const ANSWERED_IN_VAIN = new Set(['truncated', 'status_504_after_effect']);
/** What TikTok may have acted on although it brought no token: D3 counts it as unanswered. */
const UNSURE = new Set(['server_error', 'status_503', 'html', 'html_200']);

/** D3: a send that may have taken effect although it brought no token. */
export function isUnanswered({ fate, next, how }: RequestFacts): boolean {
  return fate === 'lost' || (fate === 'answered' && next === undefined && UNSURE.has(how));
}

/** Its answer named another person than the tokens it asked for. */
export function wasForAnother({ fate, how }: RequestFacts): boolean {
  return fate === 'answered' && how === 'other_person';
}

export function isUnderWay({ fate }: RequestFacts): boolean {
  return fate === 'under_way';
}

export function isSilence({ fate, how }: RequestFacts): boolean {
  return fate !== 'answered' && !ANSWERED_IN_VAIN.has(how);
}

/** Its answer would have come in good time, if anybody had waited for it. */
export function isOnItsWay(how: string): boolean {
  return ON_ITS_WAY.has(how);
}
