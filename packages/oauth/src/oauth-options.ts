import { redactText, validationError } from '@tt/errors';
import type { Dispatcher, Fetch } from '@tt/http';
import type { Logger } from '@tt/logger';
import type { CircuitBreakerOptions, RateLimiter, RetryOptions, Sleep } from '@tt/resilience';
import { isCredential } from './environment.js';
import type { TokenHooks } from './lifecycle/token-hooks.js';
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
  /** Hears what becomes of accounts. Default: none. */
  readonly hooks?: TokenHooks | readonly TokenHooks[] | undefined;
  /** How many access tokens are kept in this process's memory, and for how long they are believed. */
  readonly cache?: CacheSettings | undefined;
  /**
   * Serves a token that is due but still valid at once, and refreshes it meanwhile, instead of waiting up to 2 seconds
   * for the new one. Not for processes that are frozen between calls: a refresh that is cut off loses the account.
   * Default: false.
   */
  readonly refreshInBackground?: boolean | undefined;
  /** Timeouts, retries and breaker around each request. */
  readonly policy?: PolicySettings | undefined;
  /** A `fetch` to send with instead of `node:https`. */
  readonly fetch?: Fetch | undefined;
  /** An undici `Dispatcher` (6 or later) to send with instead of `node:https`. It stays open when the instance is closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /** A header that tells TikTok the correlation id, such as `x-correlation-id`. Default: it is not told. */
  readonly correlationIdHeader?: string | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1; spreads waits. No state, verifier or key comes from it. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** How a wait between two attempts is waited. Default: a timer that ends when the wait is called off. */
  readonly sleep?: Sleep | undefined;
  /** Default: `https://open.tiktokapis.com`. */
  readonly apiBaseUrl?: string | undefined;
  /** Default: `https://www.tiktok.com`. */
  readonly authorizeBaseUrl?: string | undefined;
}

/** What can be set of the tokens in memory. */
export interface CacheSettings {
  /** How many accounts at most; 0 asks the store at each call. Default: 10,000. */
  readonly maxAccounts?: number | undefined;
  /** How long a token is served without asking the store, in milliseconds. Default: 60,000. */
  readonly maxAgeMs?: number | undefined;
}

/** What can be set of the policy around each request. */
export interface PolicySettings {
  /** The longest a call may take over all attempts, in milliseconds. Default: 30,000. */
  readonly deadlineMs?: number | undefined;
  /** The longest one attempt may take, in milliseconds. Default: 8,000. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly breaker?: CircuitBreakerOptions | undefined;
  /** Holds calls back before TikTok does, from `createRateLimiter` of `@tt/resilience`. Default: none. */
  readonly rateLimiter?: RateLimiter | undefined;
}

export function assertOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(
    `TikTokOAuth: options is ${options === null ? 'null' : typeof options}; expected at least { clientKey, clientSecret, redirectUri }`,
  );
}

export function checkedCredential(option: 'clientKey' | 'clientSecret', value: unknown): string {
  if (isCredential(value)) return value;
  // What it got is not shown: it may be half a secret.
  const got = typeof value === 'string' ? (value === '' ? 'empty' : 'malformed') : typeof value;
  throw new TypeError(
    `TikTokOAuth: ${option} is ${got}; expected printable ASCII without spaces, from TikTok for Developers`,
  );
}

/** @param taker What takes the URI, for the error. */
export function checkedRedirectUri(value: unknown, taker = 'TikTokOAuth'): string {
  const problem = wrongRedirectUri(value);
  if (typeof value !== 'string' || problem !== undefined) throw new TypeError(`${taker}: redirectUri is ${problem}`);
  return value;
}

/** @throws TikTokError `VALIDATION_ERROR` for what TikTok would not have sent a code to. */
export function assertRedirectUri(value: unknown): void {
  const problem = wrongRedirectUri(value);
  if (problem !== undefined) throw validationError(`redirectUri is ${problem}`, { code: 'invalid_redirect_uri' });
}

/** What it is and what it should be; `undefined` where nothing is wrong. */
function wrongRedirectUri(value: unknown): string | undefined {
  if (typeof value !== 'string') return `${typeof value}; expected a string`;
  const problem = redirectUriProblem(value);
  // A URL can carry a password.
  return problem === undefined ? undefined : `${JSON.stringify(redactText(value))}; ${problem}`;
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

export function checkedCache({ maxAccounts = 10_000, maxAgeMs = 60_000 }: CacheSettings = {}): Required<{
  readonly [Name in keyof CacheSettings]: number;
}> {
  for (const [name, value] of Object.entries({ maxAccounts, maxAgeMs })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new TypeError(`TikTokOAuth: cache.${name} is ${String(value)}; expected a whole number, 0 or more`);
    }
  }
  return { maxAccounts, maxAgeMs };
}

/** @param option What the function is called, for the error. */
export function checkedFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new TypeError(`${option} is ${typeof value}; expected a function`);
}

/** @param option What the object is called, for the error. */
export function checkedMethods<T extends object>(
  option: 'logger' | 'store',
  value: T | undefined,
  methods: readonly string[],
): T | undefined {
  if (value === undefined) return undefined;
  const missing = methods.find((method) => typeof Reflect.get(Object(value), method) !== 'function');
  if (missing === undefined) return value;
  throw new TypeError(
    `TikTokOAuth: ${option} has no method ${missing}; expected a ${option} with ${methods.join(', ')}`,
  );
}

export function checkedPkce(value: unknown): PkceMode | undefined {
  if (value === undefined || value === 'hex' || value === 'base64url' || value === 'off') return value;
  throw new TypeError(`TikTokOAuth: pkce is ${JSON.stringify(value)}; expected 'hex', 'base64url' or 'off'`);
}

export function assertMinTtl(minTtlMs: unknown): number {
  if (typeof minTtlMs === 'number' && minTtlMs >= 0 && Number.isFinite(minTtlMs)) return minTtlMs;
  throw validationError(`minTtlMs is ${String(minTtlMs)}; expected milliseconds, 0 or more`, {
    code: 'invalid_option',
  });
}

export function assertUserId(userId: unknown): string {
  // Half a surrogate pair has no UTF-8 of its own, so two such ids could become one in a store.
  if (typeof userId === 'string' && userId !== '' && userId.isWellFormed()) return userId;
  const got = typeof userId === 'string' ? (userId === '' ? 'empty' : 'not well-formed Unicode') : typeof userId;
  throw validationError(`userId is ${got}; expected a text: what your application calls its user`, {
    code: 'invalid_user_id',
  });
}
