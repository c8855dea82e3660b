import type { SignInNeeded } from '@tt/oauth';

/** A pair as TikTok issued it. Instants are true ones, in epoch milliseconds. */
export interface IssuedPair {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: number;
  readonly issuedAt: number;
}

/** Something that happened, and when: the true time, in epoch milliseconds. */
export type Happening = { readonly at: number } & What;

/** What became of an account, a request or a process. `process` names one run of a process: after a restart it is another. */
export type What =
  | AccountWhat
  /** Its work ends in the middle, and nothing of it is ever done. */
  | { readonly kind: 'killed'; readonly process: string }
  /** It begins to close, and takes no more calls. */
  | { readonly kind: 'closing'; readonly process: string }
  /** It closed in good order, and named the users whose tokens it could not store. */
  | { readonly kind: 'closed'; readonly process: string; readonly unsaved: readonly string[] }
  /** Something hindered a process, or all of them where none is named. */
  | { readonly kind: 'hindered'; readonly process?: string; readonly how: string; readonly standstill?: boolean }
  /** A call rejected with what no call may reject with. */
  | { readonly kind: 'unexpected'; readonly process: string; readonly error: string }
  /** A call of a process that lived was never answered. */
  | { readonly kind: 'unanswered_call'; readonly process: string; readonly since: number };

export type AccountWhat = { readonly userId: string } /** The person took the access away at TikTok. */ & (
  | { readonly kind: 'revoked' }
  /** The application deleted the account's tokens, through this process. */
  | { readonly kind: 'cleared'; readonly process: string }
  | { readonly kind: 'asked'; readonly process: string; readonly rejected: string | undefined }
  | {
      readonly kind: 'served';
      readonly process: string;
      readonly accessToken: string;
      readonly live: boolean;
      /** What the caller said TikTok had refused. */
      readonly rejected: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly process: string;
      readonly code: string;
      /** When the caller asked. */
      readonly since: number;
      readonly rejected: string | undefined;
    }
  /** A refresh request has left the process. */
  | {
      readonly kind: 'sent';
      readonly process: string;
      readonly request: number;
      readonly refreshToken: string;
      /** How long the lease lasts for all that the process knows; `undefined` where it has none. */
      readonly leaseLeftMs: number | undefined;
    }
  /** It has reached TikTok. */
  | {
      readonly kind: 'arrived';
      readonly request: number;
      /** Whether the refresh token was good at that moment. */
      readonly live: boolean;
      /** Whether it was spent by this request. */
      readonly effect: boolean;
      readonly how: string;
    }
  /** The answer has reached the process, to a refresh or (without a request) to the exchange of a code. */
  | {
      readonly kind: 'answered';
      readonly process: string;
      readonly request: number | undefined;
      readonly pair: IssuedPair | undefined;
    }
  /** There will be no answer that the process could read. */
  | { readonly kind: 'lost'; readonly process: string; readonly request: number; readonly how: string }
  /** The store granted a lease. */
  | { readonly kind: 'acquired'; readonly process: string }
  /** The process gives its lease back. */
  | { readonly kind: 'released'; readonly process: string }
  /** The process has heard that its write of this pair met another record. */
  | { readonly kind: 'met_another'; readonly process: string; readonly refreshToken: string }
  /** A write reached the store. */
  | {
      readonly kind: 'wrote';
      readonly process: string;
      readonly refreshToken: string;
      /** Whether TikTok would take that refresh token now. */
      readonly live: boolean;
      /** What stood there. */
      readonly before: { readonly refreshToken: string; readonly live: boolean } | null;
      readonly ok: boolean;
      /** What the written record says. */
      readonly signInNeeded: SignInNeeded['reason'] | undefined;
      readonly doubted: boolean;
    }
  /** Something hindered the work on this one account. */
  | { readonly kind: 'account_hindered'; readonly process: string; readonly how: string }
);

/** What an account has when all is over. */
export interface FinalState {
  readonly userId: string;
  /** Whether the person was signed in to the last, as far as the application knows. */
  readonly expected: 'tokens' | 'nothing';
  readonly stored: {
    readonly refreshToken: string;
    readonly live: boolean;
    readonly signInNeeded: SignInNeeded['reason'] | undefined;
  } | null;
}

const TOKEN = /\b([ar][cf]t)\.([A-Za-z0-9]{5})[A-Za-z0-9!.]*/g;

/** One line. */
export function describe({ at, ...happening }: Happening): string {
  const details = Object.entries(happening)
    .filter(([name, value]) => name !== 'kind' && name !== 'userId' && value !== undefined)
    .map(([name, value]) => `${name}=${valueText(value)}`);
  return shortened(`${new Date(at).toISOString()} ${happening.kind} ${details.join(' ')}`);
}

/** A text whose tokens are cut to what tells them apart. */
export function shortened(text: string): string {
  return text.replaceAll(TOKEN, '$1.$2');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('issuedAt' in value)) return JSON.stringify(value);
  const { accessToken, refreshToken } = value as IssuedPair;
  return `${accessToken}+${refreshToken}`;
}
