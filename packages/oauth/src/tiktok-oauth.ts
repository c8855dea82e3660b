import { parseBaseUrl, type TikTokHttp } from '@tt/http';
import { type Logger, tiktokLogger } from '@tt/logger';
import { type CircuitBreaker, type CircuitBreakerStats, sleep, untilAborted } from '@tt/resilience';
import { type AuthorizationUrl, type AuthorizationUrlOptions, AuthorizationUrls } from './authorization-url.js';
import { type CallbackInput, readCallback } from './callback.js';
import { type ClientAccessToken, ClientAccessTokens } from './client-access-token.js';
import { createConnection } from './connection.js';
import { Credentials, type CredentialValidation } from './credential-validation.js';
import { GrantedScopes } from './granted-scopes.js';
import { guardedStore } from './guarded-store.js';
import { type DueReport, type ForEachDueOptions, forEachDue } from './lifecycle/due-accounts.js';
import { type ImportedTokens, type ImportResult, isLater, readImport } from './lifecycle/import-tokens.js';
import type { Timing } from './lifecycle/timing.js';
import { HookRunner } from './lifecycle/token-hooks.js';
import { TokenLifecycle } from './lifecycle/token-lifecycle.js';
import type { TokenNeed } from './lifecycle/token-need.js';
import { isSamePair } from './lifecycle/write-pair.js';
import { MemoryTokenStore } from './memory-token-store.js';
import {
  assertMinTtl,
  assertOptions,
  assertRedirectUri,
  assertUserId,
  checkedCache,
  checkedCredential,
  checkedFunction,
  checkedMethods,
  checkedPkce,
  checkedRedirectUri,
  checkedScopes,
  checkedWindow,
  type TikTokOAuthOptions,
} from './oauth-options.js';
import { assertToken } from './redacted.js';
import { isLoopback } from './redirect-uri.js';
import { RunningCalls } from './running-calls.js';
import { checkScopes, DEFAULT_SCOPES, parseScopes, type TikTokScope } from './scopes.js';
import type { SignIn } from './sign-in.js';
import { answerOf, recordOf, type TikTokRefreshedTokens, type TikTokTokens } from './token-answer.js';
import { createTokenEndpoint, type TokenEndpoint } from './token-endpoint.js';
import { type TokenInfo, tokenInfoOf } from './token-info.js';
import type { TokenStore } from './token-store.js';
import { requestUser, selectFields, type TikTokUser, type UserField } from './user-info.js';

const AUTHORIZE_BASE_URL = 'https://www.tiktok.com';
const CLOSE_WITHIN_MS = 5_000;
const LOGGER_METHODS = ['debug', 'info', 'warn', 'error', 'child'];
const STORE_METHODS = ['get', 'put', 'delete', 'acquire', 'watch', 'due', 'close'];

/**
 * TikTok sign-in and the life of its tokens, for one app at TikTok.
 *
 * @example
 * ```ts
 * import { createTikTokOAuth } from '@tt/oauth';
 *
 * const oauth = createTikTokOAuth({
 *   clientKey: 'awxxxxxxxxxxxxxxxx',
 *   clientSecret: process.env.TIKTOK_CLIENT_SECRET ?? 'secret',
 *   redirectUri: 'https://app.example/auth/tiktok/callback',
 * });
 * const { url, state } = await oauth.getAuthorizationUrl();
 * ```
 */
export class TikTokOAuth {
  readonly #clientKey: string;
  readonly #redirectUri: string;
  readonly #scopes: readonly TikTokScope[];
  readonly #authorizationUrls: AuthorizationUrls;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #breaker: CircuitBreaker;
  readonly #http: TikTokHttp;
  readonly #credentials: Credentials;
  readonly #endpoint: TokenEndpoint;
  readonly #clientAccessTokens: ClientAccessTokens;
  readonly #store: TokenStore;
  readonly #ownStore: TokenStore | undefined;
  readonly #lifecycle: TokenLifecycle;
  readonly #granted = new GrantedScopes();
  readonly #calls = new RunningCalls();

  /** @throws TypeError naming the option that is wrong, what it got and what it takes. */
  constructor(options: TikTokOAuthOptions) {
    assertOptions(options);
    this.#clientKey = checkedCredential('clientKey', options.clientKey);
    const clientSecret = checkedCredential('clientSecret', options.clientSecret);
    this.#redirectUri = checkedRedirectUri(options.redirectUri);
    this.#scopes = checkedScopes(options.scopes ?? DEFAULT_SCOPES);
    this.#authorizationUrls = new AuthorizationUrls({
      authorizeBaseUrl: parseBaseUrl('TikTokOAuth: authorizeBaseUrl', options.authorizeBaseUrl ?? AUTHORIZE_BASE_URL),
      clientKey: this.#clientKey,
      redirectUri: this.#redirectUri,
      scopes: this.#scopes,
      // D12: loopback redirects are a desktop app's, which must use PKCE.
      pkce: checkedPkce(options.pkce) ?? (isLoopback(this.#redirectUri) ? 'hex' : 'off'),
    });
    this.#logger = checkedMethods('logger', options.logger, LOGGER_METHODS) ?? tiktokLogger;
    this.#now = checkedFunction('TikTokOAuth: now', options.now) ?? Date.now;
    const { http, breaker, attemptTimeoutMs } = createConnection(options, { logger: this.#logger, now: this.#now });
    this.#breaker = breaker;
    this.#http = http;
    this.#credentials = new Credentials({ clientKey: this.#clientKey, logger: this.#logger, now: this.#now });
    this.#endpoint = createTokenEndpoint({
      http: this.#http,
      clientKey: this.#clientKey,
      clientSecret,
      credentials: this.#credentials,
    });
    this.#clientAccessTokens = new ClientAccessTokens({
      request: () => this.#endpoint.clientCredentials(),
      logger: this.#logger,
      now: this.#now,
    });
    const store = checkedMethods('store', options.store, STORE_METHODS) ?? new MemoryTokenStore({ now: this.#now });
    this.#ownStore = options.store === undefined ? store : undefined;
    const timing: Timing = {
      now: this.#now,
      monotonic: () => performance.now(),
      // Not the option: one that does not wait would make every limit and interval run out at once.
      sleep,
      random: checkedFunction('TikTokOAuth: random', options.random) ?? Math.random,
    };
    this.#store = guardedStore(store);
    const hooks = options.hooks ?? [];
    this.#lifecycle = new TokenLifecycle({
      clientKey: this.#clientKey,
      store: this.#store,
      sendRefresh: (refreshToken, sending) => this.#endpoint.refresh(refreshToken, sending),
      attemptTimeoutMs,
      // Not by way of `revokeAccess`, which takes no calls any more while a refresh is still being closed.
      revoke: (accessToken) => this.#endpoint.revoke(accessToken).catch((error: unknown) => this.#notRevoked(error)),
      logger: this.#logger,
      hooks: new HookRunner('length' in hooks ? hooks : [hooks], { logger: this.#logger, sleep: timing.sleep }),
      timing,
      refreshWindowMs: checkedWindow(options.refreshWindowMs),
      cache: checkedCache(options.cache),
      refreshInBackground: options.refreshInBackground ?? false,
    });
  }

  /**
   * The URL of TikTok's consent page, and what to keep in the person's session until they come back.
   *
   * @param scopes Default: the instance's.
   * @param options.disableAutoAuth `true` shows the consent page even to whom TikTok still knows. Default: TikTok's own.
   * @throws TikTokError `VALIDATION_ERROR` when a scope cannot be one.
   * @see https://developers.tiktok.com/doc/login-kit-web
   */
  async getAuthorizationUrl(
    scopes: readonly TikTokScope[] = this.#scopes,
    options: AuthorizationUrlOptions = {},
  ): Promise<AuthorizationUrl> {
    this.#credentials.use();
    return this.#authorizationUrls.create(scopes, options);
  }

  /**
   * Finishes a sign-in: checks the state, reads the callback, exchanges its code and stores the tokens. Nothing is sent
   * before the state is found right.
   *
   * @param urlOrParams The callback's URL (whole, or as a path with its query) or its parameters.
   * @param expected.state What `getAuthorizationUrl` gave, from this browser's session; delete it there first.
   * @param expected.codeVerifier Likewise, where there was one.
   * @param expected.userId What to store the tokens under. Default: TikTok's `open_id`.
   * @param expected.signal Ends this caller's wait. A code that may be spent is exchanged to its end, and its tokens
   *   are stored.
   * @throws TikTokError `VALIDATION_ERROR` for a wrong state or a malformed callback; `AUTH_ERROR` with code
   *   `access_denied` when the person cancelled; and as `exchangeCodeForTokens`.
   */
  async handleCallback(
    urlOrParams: CallbackInput,
    expected: {
      readonly state: string | undefined;
      readonly codeVerifier?: string | undefined;
      readonly userId?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<SignIn> {
    // Plain JavaScript may leave it out, which is no sign-in that was begun here either (D18).
    return this.#toItsEnd(expected?.signal, async () => {
      const { code, grantedScopes } = readCallback(urlOrParams, expected?.state);
      const { codeVerifier, userId } = expected;
      const tokens = await this.#exchange(code, { codeVerifier, userId, grantedScopes });
      return { userId: userId ?? tokens.open_id, tokens, grantedScopes: parseScopes(tokens.scope) };
    });
  }

  /**
   * Exchanges an authorization code for tokens and stores them. A code works once, so a request whose fate is unknown
   * is not repeated.
   *
   * @param code The callback's code, decoded.
   * @param options.userId What to store the tokens under. Default: TikTok's `open_id`.
   * @param options.codeVerifier What `getAuthorizationUrl` gave, where it gave one.
   * @param options.redirectUri Where the code was sent to. Default: the instance's.
   * @param options.signal Ends this caller's wait, as in `handleCallback`.
   * @throws TikTokError `TOKEN_EXPIRED` when the code is used, old or wrong; `INVALID_CREDENTIALS` when TikTok refuses
   *   the client; `TOKEN_STORE_ERROR` when the tokens could not be stored.
   * @see https://developers.tiktok.com/doc/oauth-user-access-token-management
   */
  async exchangeCodeForTokens(
    code: string,
    options: {
      readonly userId?: string | undefined;
      readonly codeVerifier?: string | undefined;
      readonly redirectUri?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<TikTokTokens> {
    return this.#toItsEnd(options.signal, () => this.#exchange(code, options));
  }

  async #exchange(
    code: string,
    options: {
      readonly userId?: string | undefined;
      readonly codeVerifier?: string | undefined;
      readonly redirectUri?: string | undefined;
      /** What the callback said, for an answer that does not say it. */
      readonly grantedScopes?: readonly TikTokScope[] | undefined;
    },
  ): Promise<TikTokTokens> {
    const { userId, codeVerifier, redirectUri = this.#redirectUri, grantedScopes = [] } = options;
    const checked = assertToken('code', code);
    if (userId !== undefined) assertUserId(userId);
    if (codeVerifier !== undefined) assertToken('codeVerifier', codeVerifier);
    // The instance's own was looked at when it was made.
    if (redirectUri !== this.#redirectUri) assertRedirectUri(redirectUri);
    const requestedAt = this.#now();
    const tokens = await this.#endpoint.exchange({ code: checked, redirectUri, codeVerifier, grantedScopes });
    this.#granted.remember(tokens.access_token, tokens.scope);
    await this.#lifecycle.adopt(userId ?? tokens.open_id, recordOf(tokens, requestedAt));
    return tokens;
  }

  /**
   * Refreshes with a refresh token that the caller holds. `getValidToken` does this by itself.
   *
   * @param options.userId With it the refresh runs under the store's lease and the new pair is stored; if the store
   *   holds another pair whose access token is still valid, that is the answer and nothing is sent. Without it nothing
   *   is stored: keep what is returned, since the refresh token that was sent is spent.
   * @param options.signal Ends this caller's wait; with `userId` the refresh goes on, and its pair is stored.
   * @throws TikTokError `TOKEN_EXPIRED` when TikTok refuses the refresh token; `AUTH_ERROR` with code `not_connected`
   *   when nothing is stored under `userId`.
   */
  async refreshAccessToken(
    refreshToken: string,
    options: { readonly userId?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<TikTokRefreshedTokens> {
    return this.#calls.run(async () => {
      const checked = assertToken('refreshToken', refreshToken);
      const { userId, signal } = options;
      if (userId === undefined) return this.#endpoint.refresh(checked, { signal });
      signal?.throwIfAborted();
      const record = await this.#lifecycle.refreshWith(assertUserId(userId), checked, signal);
      return answerOf(record, this.#now());
    });
  }

  /**
   * The profile of the person an access token belongs to.
   *
   * @param options.fields Default: all that the scopes allow.
   * @param options.scopes What the token was granted, where it did not come from this instance.
   * @throws TikTokError `INVALID_TOKEN`, `SCOPE_NOT_AUTHORIZED`, or as any request.
   * @see https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
   */
  async getUserInfo(
    accessToken: string,
    options: {
      readonly fields?: readonly UserField[] | undefined;
      readonly scopes?: readonly TikTokScope[] | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<TikTokUser> {
    return this.#calls.run(async () => {
      const checked = assertToken('accessToken', accessToken);
      const scopes = options.scopes === undefined ? undefined : checkScopes(options.scopes);
      const { fields, omitted } = selectFields(options.fields, this.#granted.of(checked) ?? scopes);
      return requestUser(this.#http, { accessToken: checked, fields, omitted, signal: options.signal });
    });
  }

  /**
   * Withdraws the app's access at TikTok: best effort, never throws. What went wrong is logged.
   *
   * @returns Whether TikTok confirmed it.
   * @see https://developers.tiktok.com/doc/oauth-user-access-token-management
   */
  async revokeAccess(
    accessToken: string,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<boolean> {
    try {
      await this.#calls.run(() => this.#endpoint.revoke(assertToken('accessToken', accessToken), options.signal));
      return true;
    } catch (error) {
      return this.#notRevoked(error);
    }
  }

  /**
   * An access token of the app itself, for TikTok's Research and Commercial Content APIs. It is kept until shortly before
   * its end; everyone who asks meanwhile gets the result of one request.
   *
   * @param options.rejected A token that TikTok has just refused: it is not given again.
   * @param options.signal Ends this caller's wait; the request goes on for the others.
   * @throws TikTokError `INVALID_CREDENTIALS` when TikTok refuses the client, or as any request.
   * @see https://developers.tiktok.com/doc/client-access-token-management
   */
  async getClientAccessToken(
    options: { readonly rejected?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ClientAccessToken> {
    return this.#calls.run(() => this.#clientAccessTokens.get(options));
  }

  /**
   * Whether client key and secret are good, as far as is known: their shape, and what TikTok said of them last. The answer
   * is cached for five minutes; TikTok's no stays until TikTok accepts them or `clearValidationCache` is called.
   *
   * @param options.live `true` asks TikTok, unless it said so within the last five minutes. Default: `false`.
   * @param options.signal Ends this caller's wait.
   * @throws TikTokError Only with `live`, as any request, when TikTok could not be asked: that says nothing of them.
   */
  async validateCredentials(
    options: { readonly live?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<CredentialValidation> {
    const { live = false, signal } = options;
    signal?.throwIfAborted();
    if (!live) return this.#credentials.validate();
    // The grant that is harmless: it touches nobody's tokens.
    return this.#calls.run(() =>
      untilAborted(
        this.#credentials.validate(() => this.#clientAccessTokens.renew()),
        signal,
      ),
    );
  }

  /** Forgets what is known of the credentials, TikTok's word included: the next `validateCredentials` looks again. */
  clearValidationCache(): void {
    this.#credentials.forget();
  }

  /**
   * A valid access token, refreshed first if it is due. Everyone who asks meanwhile, in this process or another on the
   * same store, gets the result of one refresh.
   *
   * @param options.minTtlMs How long it must still be valid, in milliseconds. Default: 0.
   * @param options.signal Ends this caller's wait; a refresh that others wait for goes on.
   * @param options.rejected An access token that TikTok has just refused: it is not given again.
   * @throws TikTokError `AUTH_ERROR` with code `not_connected`; `TOKEN_EXPIRED` with code `sign_in_needed`;
   *   `TOKEN_STORE_ERROR`; or why the refresh failed, if no valid token is left.
   */
  async getValidToken(
    userId: string,
    options: {
      readonly minTtlMs?: number | undefined;
      readonly signal?: AbortSignal | undefined;
      readonly rejected?: string | undefined;
    } = {},
  ): Promise<string> {
    const { signal, rejected } = options;
    const minTtlMs = options.minTtlMs === undefined ? 0 : assertMinTtl(options.minTtlMs);
    if (rejected === undefined && signal?.aborted !== true && !this.#calls.closed) {
      const hit = this.#lifecycle.hit(userId, minTtlMs);
      if (hit !== undefined) return hit;
    }
    return this.#findToken(userId, { minTtlMs, rejected }, signal);
  }

  /**
   * Refreshes the accounts that are due soon, ahead of time and each on its own: one that fails stops no other.
   *
   * @param options.withinMs Accounts that are due within this time are refreshed now, in milliseconds. Default: 0.
   * @param options.concurrency How many at a time. Default: 8.
   * @param options.signal Ends it; refreshes that were sent go on.
   * @returns How many have a fresh token now, and why the others have not.
   * @throws TikTokError `TOKEN_STORE_ERROR` where the store cannot say what is due; the signal's reason when it aborts.
   */
  async forEachDue(options: ForEachDueOptions = {}): Promise<DueReport> {
    return this.#calls.run(() =>
      forEachDue(
        {
          clientKey: this.#clientKey,
          store: this.#store,
          now: this.#now,
          dueAt: (userId, record) => this.#lifecycle.dueAt(userId, record),
          refresh: (userId, aheadMs, signal) => this.#lifecycle.refreshAhead(userId, aheadMs, signal),
          closing: this.#lifecycle.closing,
        },
        options,
      ),
    );
  }

  /**
   * Takes over tokens that were obtained elsewhere. A stored pair is replaced only by one that was obtained later, so
   * that an import can be run twice, and beside a running application.
   *
   * @param tokens A token answer with the time it was obtained, or with the instants its tokens end.
   * @param options.overwrite Replaces what is stored, whatever it is. Default: false.
   * @throws TikTokError `VALIDATION_ERROR` naming the field that is missing or cannot be trusted; `TOKEN_STORE_ERROR`.
   */
  async importTokens(
    userId: string,
    tokens: ImportedTokens,
    options: { readonly overwrite?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ImportResult> {
    return this.#toItsEnd(options.signal, async () => {
      const now = this.#now();
      const imported = readImport(tokens, now);
      const { record } = imported;
      const inTheWay = await this.#lifecycle.introduce(
        assertUserId(userId),
        record,
        (found) => !isSamePair(found, record) && (options.overwrite === true || isLater(imported, found, now)),
      );
      if (inTheWay === undefined) return { imported: true };
      return { imported: false, reason: isSamePair(inTheWay, record) ? 'already_stored' : 'may_be_newer' };
    });
  }

  /** What is stored of an account, valid or not; `null` where nothing is. */
  async getTokenInfo(
    userId: string,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<TokenInfo | null> {
    return this.#calls.run(async () => {
      const record = await this.#lifecycle.stored(assertUserId(userId), options.signal);
      return record === null ? null : tokenInfoOf(userId, record);
    });
  }

  /** Forgets an account's tokens. At TikTok the access stays, unless `revokeAccess` was called. */
  async clearToken(userId: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    return this.#toItsEnd(options.signal, () => this.#lifecycle.forget(assertUserId(userId)));
  }

  getCircuitBreakerStats(): CircuitBreakerStats {
    return this.#breaker.stats();
  }

  /** Closes the breaker, and lets accounts whose refresh has failed be tried again at once. */
  resetCircuitBreaker(): void {
    this.#breaker.reset();
    this.#lifecycle.endCooldowns();
  }

  /**
   * Refuses new calls, waits up to 5 seconds for those that are running and for new tokens that wait to be stored, then
   * ends connections and timers. A store that was passed in stays open.
   *
   * @throws AggregateError naming each user whose new tokens the store never took: they are lost (D5).
   */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    });
    await Promise.race([this.#settled(), limit]);
    clearTimeout(timer);
    const lost = this.#lifecycle.close();
    this.#breaker.close();
    this.#http.close();
    await this.#ownStore?.close();
    if (lost !== undefined) throw lost;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Apart from the hot path, which would pay for the functions made here. */
  #findToken(userId: string, need: TokenNeed, signal: AbortSignal | undefined): Promise<string> {
    const find = () =>
      this.#calls.run(async () => {
        const record = await this.#lifecycle.valid(assertUserId(userId), need, signal);
        this.#granted.remember(record.accessToken, record.scope);
        return record.accessToken;
      });
    const wantsAnyValid = need.minTtlMs === 0 && need.rejected === undefined && signal === undefined;
    return wantsAnyValid && !this.#calls.closed ? this.#lifecycle.shared(userId, find) : find();
  }

  /**
   * D3: once it has begun, a code may be spent, so the call goes on whoever still waits, and `close` waits for it.
   */
  async #toItsEnd<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    return untilAborted(this.#calls.run(call), signal);
  }

  #notRevoked(error: unknown): false {
    this.#logger.warn('Access could not be revoked at TikTok', { operation: 'token.revoke', error });
    return false;
  }

  /** A refresh goes on when those who asked for it have given up, so it is waited for on its own. */
  async #settled(): Promise<void> {
    await this.#calls.close();
    await this.#lifecycle.settled();
  }
}

/** The same as `new TikTokOAuth(options)`. */
export function createTikTokOAuth(options: TikTokOAuthOptions): TikTokOAuth {
  return new TikTokOAuth(options);
}
