import { validationError } from '@tt/errors';
import type { Fetch } from '@tt/http';
import type { Logger } from '@tt/logger';
import type { CircuitBreakerOptions, RetryOptions } from '@tt/resilience';
import { isCredential } from './environment.js';
import type { PkceMode } from './pkce.js';
import { redirectUriProblem } from './redirect-uri.js';
import { checkScopes, type TikTokScope } from './scopes.js';
import type { TokenStore } from './token-store.js';

/** The app at TikTok, and how it is talked to. */
export interface TikTokOAuthOptions {
  readonly clientKey: string;
  readonly clientSecret: string;
  /** As registered at TikTok, to the letter. https, or http on localhost with a port; no query, no fragment. */
  readonly redirectUri: string;
  /** Asked for where a call names none. Default: `user.info.basic` alone. */
  readonly scopes?: readonly TikTokScope[] | undefined;
  /** Where tokens are kept. Default: a `MemoryTokenStore` of its own. */
  readonly store?: TokenStore | undefined;
  /** Default: `tiktokLogger`. */
  readonly logger?: Logger | undefined;
  /** Default: `hex` for a redirect URI on localhost, `off` for any other. */
  readonly pkce?: PkceMode | undefined;
  /** How long before its end an access token is refreshed, in milliseconds. Default: 10 % of its life, at most 7 days. */
  readonly refreshWindowMs?: number | undefined;
  /** Timeouts, retries and breaker around each request. */
  readonly policy?: PolicySettings | undefined;
  /** A `fetch` to send with instead of `node:https`. */
  readonly fetch?: Fetch | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: `https://open.tiktokapis.com`. */
  readonly apiBaseUrl?: string | undefined;
  /** Default: `https://www.tiktok.com`. */
  readonly authorizeBaseUrl?: string | undefined;
}

/** What can be set of the policy around each request. */
export interface PolicySettings {
  /** The longest a call may take over all attempts, in milliseconds. Default: 30,000. */
  readonly deadlineMs?: number | undefined;
  /** The longest one attempt may take, in milliseconds. Default: 8,000. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly breaker?: CircuitBreakerOptions | undefined;
}

export function checkedCredential(option: 'clientKey' | 'clientSecret', value: unknown): string {
  if (isCredential(value)) return value;
  // What it got is not shown: it may be half a secret.
  const got = typeof value === 'string' ? (value === '' ? 'empty' : 'malformed') : typeof value;
  throw new TypeError(
    `TikTokOAuth: ${option} is ${got}; expected printable ASCII without spaces, from TikTok for Developers`,
  );
}

export function checkedRedirectUri(value: unknown): string {
  const problem = typeof value === 'string' ? redirectUriProblem(value) : 'expected a string';
  if (typeof value !== 'string' || problem !== undefined) {
    throw new TypeError(`TikTokOAuth: redirectUri is ${JSON.stringify(value)}; ${problem}`);
  }
  return value;
}

export function checkedScopes(value: readonly TikTokScope[]): readonly TikTokScope[] {
  try {
    return checkScopes(value);
  } catch (error) {
    throw new TypeError(`TikTokOAuth: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function checkedWindow(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value > 0 && Number.isFinite(value))) return value;
  throw new TypeError(`TikTokOAuth: refreshWindowMs is ${String(value)}; expected milliseconds, more than 0`);
}

export function checkedPkce(value: unknown): PkceMode | undefined {
  if (value === undefined || value === 'hex' || value === 'base64url' || value === 'off') return value;
  throw new TypeError(`TikTokOAuth: pkce is ${JSON.stringify(value)}; expected 'hex', 'base64url' or 'off'`);
}

export function assertUserId(userId: unknown): string {
  // Half a surrogate pair has no UTF-8 of its own, so two such ids could become one in a store.
  if (typeof userId === 'string' && userId !== '' && userId.isWellFormed()) return userId;
  const got = typeof userId === 'string' ? (userId === '' ? 'empty' : 'not well-formed Unicode') : typeof userId;
  throw validationError(`userId is ${got}; expected what your application calls its user`, { code: 'invalid_user_id' });
}
