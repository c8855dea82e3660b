import type { SignInNeeded } from '@tt/oauth';

/** A token as it stands in the journals: what tells it from others, and no more. */
export type Fingerprint = string;

/** A pair as TikTok issued it. */
export interface IssuedPair {
  readonly accessToken: Fingerprint;
  readonly refreshToken: Fingerprint;
  /** When the request for it came. It was issued between that and the entry. */
  readonly askedAt: number;
  /** When the access token ends, on the journals' clock. */
  readonly accessTokenExpiresAt: number;
}

/** What a record in the store says, as far as it matters here. */
export interface SeenRecord {
  readonly version: string;
  readonly refreshToken: Fingerprint;
  readonly mark: SignInNeeded['reason'] | undefined;
  /** It notes that a request with this refresh token went unanswered. */
  readonly doubted: boolean;
}

/**
 * Something that one of the programs saw, and when: in microseconds, on the one clock that all processes of a machine
 * share and nobody sets. `from` is the program's name; a worker that was started anew has another.
 */
export type Entry = { readonly at: number; readonly from: string } & What;

export type What = ByTikTok | ByWorker | ByDriver;

/** Written beside TikTok, where every request passes. `process` is whose it was. */
type ByTikTok =
  /** A code was exchanged, and the answer has left. */
  | { readonly kind: 'issued'; readonly process: string; readonly userId: string; readonly pair: IssuedPair }
  /** A refresh request has come. */
  | {
      readonly kind: 'arrived';
      readonly request: number;
      readonly process: string;
      readonly userId: string;
      /** The call that it belongs to. */
      readonly call: string;
      readonly refreshToken: Fingerprint;
      /** Whether TikTok would take it now. */
      readonly live: boolean;
    }
  /** It has been dealt with. */
  | {
      readonly kind: 'ended';
      readonly request: number;
      /** Whether it spent the refresh token. */
      readonly effect: boolean;
      /** What it bought, where the whole answer has left. */
      readonly pair: IssuedPair | undefined;
      readonly how: string;
    }
  | {
      readonly kind: 'revoke_request';
      readonly process: string;
      readonly userId: string | undefined;
      readonly accessToken: Fingerprint;
    }
  /** The witness itself ended or stopped a process, at a point of a request that it chose. */
  | { readonly kind: 'struck'; readonly process: string; readonly signal: string; readonly point: string };

/** Written by the processes under test. */
type ByWorker =
  | { readonly kind: 'started' }
  /** An attempt to refresh this user's tokens is about to be sent. */
  | { readonly kind: 'sending'; readonly userId: string; readonly call: string; readonly attempt: number }
  /** How that attempt ended, for all that the process knows. */
  | {
      readonly kind: 'heard';
      readonly userId: string;
      readonly call: string;
      readonly attempt: number;
      readonly outcome: 'success' | 'failure' | 'aborted';
      readonly errorType: string | undefined;
      readonly outcomeUnknown: boolean;
    }
  /** The store told of a record, or that there is none. */
  | {
      readonly kind: 'read';
      readonly by: 'get' | 'acquire' | 'put';
      readonly userId: string;
      /** When it was asked. */
      readonly since: number;
      readonly record: SeenRecord | null;
    }
  /** A write is about to be sent. `version` is `null` where there must be no record yet. */
  | ({ readonly kind: 'writing'; readonly userId: string } & Write)
  | ({ readonly kind: 'wrote'; readonly userId: string; readonly version: string } & Write)
  /** Another record was there, or none: the `read` before says which. */
  | ({ readonly kind: 'write_refused'; readonly userId: string } & Write)
  | ({ readonly kind: 'write_failed'; readonly userId: string; readonly code: string } & Write)
  /** The application was told that this person is signed in. */
  | { readonly kind: 'signed_in'; readonly userId: string; readonly refreshToken: Fingerprint }
  /** A caller says that TikTok has refused the access token it has. */
  | { readonly kind: 'rejected'; readonly userId: string }
  | {
      readonly kind: 'served';
      readonly userId: string;
      readonly since: number;
      readonly accessToken: Fingerprint;
    }
  | { readonly kind: 'failed'; readonly userId: string; readonly since: number; readonly code: string }
  /** Something rejected with what nothing may reject with, or warned. */
  | { readonly kind: 'unexpected'; readonly error: string }
  /** It closed in good order. */
  | { readonly kind: 'closed'; readonly unsaved: readonly string[]; readonly openCalls: number };

interface Write {
  readonly refreshToken: Fingerprint;
  readonly ifVersion: string | null;
  readonly mark: SignInNeeded['reason'] | undefined;
  /** It notes that a request with this refresh token went unanswered. */
  readonly doubted: boolean;
}

/** Written by whoever runs the race. */
type ByDriver =
  | { readonly kind: 'stopped' | 'woken'; readonly process: string }
  /** A SIGKILL has ended it: the driver's, or the witness's, or somebody else's. */
  | { readonly kind: 'killed'; readonly process: string; readonly byDriver: boolean }
  /** Every clock but this one was put forward. */
  | { readonly kind: 'advanced'; readonly byUs: number }
  | { readonly kind: 'redis_down' }
  | { readonly kind: 'redis_up'; readonly data: 'kept' | 'lost' }
  | { readonly kind: 'link'; readonly process: string; readonly to: 'redis' | 'tiktok'; readonly how: string }
  | { readonly kind: 'fault'; readonly how: string }
  /** The person took the access away at TikTok. */
  | { readonly kind: 'disconnected'; readonly userId: string }
  /** A process ended as it should not have. */
  | { readonly kind: 'crashed'; readonly process: string; readonly how: string };

/** What an account has when all is over. */
export interface FinalState {
  readonly userId: string;
  readonly stored: {
    readonly refreshToken: Fingerprint;
    readonly live: boolean;
    readonly mark: SignInNeeded['reason'] | undefined;
  } | null;
}

/** One line. */
export function describe({ at, from, ...what }: Entry): string {
  const details = Object.entries(what)
    .filter(([name, value]) => name !== 'kind' && name !== 'userId' && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${(at / 1e6).toFixed(6)} ${from.padEnd(6)} ${what.kind} ${details.join(' ')}`;
}
