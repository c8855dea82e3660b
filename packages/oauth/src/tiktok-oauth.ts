import { validationError } from '@tt/errors';
import { createTikTokHttp, parseBaseUrl, type TikTokHttp } from '@tt/http';
import { currentCorrelationId, type Logger, tiktokLogger, withCorrelationId } from '@tt/logger';
import {
  type CircuitBreaker,
  type CircuitBreakerStats,
  createCircuitBreaker,
  createPolicy,
  createRetry,
  ifRepeatable,
  ifUnsent,
} from '@tt/resilience';
import { type AuthorizationUrl, buildAuthorizationUrl } from './authorization-url.js';
import { type CallbackInput, readCallback } from './callback.js';
import { GrantedScopes } from './granted-scopes.js';
import { guardedStore } from './guarded-store.js';
import { MemoryTokenStore } from './memory-token-store.js';
import {
  assertUserId,
  checkedCredential,
  checkedPkce,
  checkedRedirectUri,
  checkedScopes,
  checkedWindow,
  type TikTokOAuthOptions,
} from './oauth-options.js';
import type { PkceMode } from './pkce.js';
import { assertToken, type Reveal, redacted } from './redacted.js';
import { isLoopback } from './redirect-uri.js';
import { checkScopes, DEFAULT_SCOPES, parseScopes, type TikTokScope } from './scopes.js';
import {
  readRefreshedTokens,
  readTokens,
  recordOf,
  type TikTokRefreshedTokens,
  type TikTokTokens,
} from './token-answer.js';
import { TokenLifecycle } from './token-lifecycle.js';
import type { TokenRecord } from './token-record.js';
import type { TokenStore } from './token-store.js';
import { readUser, selectFields, type TikTokUser, type UserField } from './user-info.js';

/** What is known of an account's access token. Its JSON and `util.inspect` output do not show the token. */
export interface TokenInfoFields {
  readonly userId: string;
  /** The access token. */
  readonly token: string;
  readonly tokenType: string;
  readonly expiresAt: Date;
  readonly refreshedAt: Date;
  /** The granted scopes. */
  readonly scopes: readonly TikTokScope[];
}

export type TokenInfo = TokenInfoFields & Reveal<TokenInfoFields>;

/** What a finished sign-in brings. */
export interface SignIn {
  /** Under which the tokens are stored. */
  readonly userId: string;
  readonly tokens: TikTokTokens;
  /** What the person granted, which can be less than was asked for. */
  readonly grantedScopes: readonly TikTokScope[];
}

const API_BASE_URL = 'https://open.tiktokapis.com';
const AUTHORIZE_BASE_URL = 'https://www.tiktok.com';
const CLOSE_WITHIN_MS = 5_000;

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
  readonly #clientSecret: string;
  readonly #redirectUri: string;
  readonly #scopes: readonly TikTokScope[];
  readonly #pkce: PkceMode | undefined;
  readonly #authorizeBaseUrl: URL;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #breaker: CircuitBreaker;
  readonly #http: TikTokHttp;
  readonly #ownStore: TokenStore | undefined;
  readonly #lifecycle: TokenLifecycle;
  readonly #granted = new GrantedScopes();
  readonly #running = new Set<Promise<unknown>>();
  #closing = false;

  /** @throws TypeError naming the option that is wrong, what it got and what it takes. */
  constructor(options: TikTokOAuthOptions) {
    this.#clientKey = checkedCredential('clientKey', options.clientKey);
    this.#clientSecret = checkedCredential('clientSecret', options.clientSecret);
    this.#redirectUri = checkedRedirectUri(options.redirectUri);
    this.#scopes = checkedScopes(options.scopes ?? DEFAULT_SCOPES);
    this.#pkce = checkedPkce(options.pkce);
    this.#authorizeBaseUrl = parseBaseUrl(
      'TikTokOAuth: authorizeBaseUrl',
      options.authorizeBaseUrl ?? AUTHORIZE_BASE_URL,
    );
    const apiBaseUrl = parseBaseUrl('TikTokOAuth: apiBaseUrl', options.apiBaseUrl ?? API_BASE_URL);
    this.#logger = options.logger ?? tiktokLogger;
    this.#now = options.now ?? Date.now;

    const { deadlineMs = 30_000, timeoutMs = 8_000, retry, breaker } = options.policy ?? {};
    this.#breaker = createCircuitBreaker({ now: this.#now, ...breaker });
    this.#http = createTikTokHttp({
      baseUrl: apiBaseUrl.href,
      policy: createPolicy({ deadlineMs, timeoutMs, retry: createRetry(retry), breaker: this.#breaker }),
      logger: this.#logger,
      fetch: options.fetch,
      now: this.#now,
    });
    const store = options.store ?? new MemoryTokenStore({ now: this.#now });
    this.#ownStore = options.store === undefined ? store : undefined;
    this.#lifecycle = new TokenLifecycle({
      clientKey: this.#clientKey,
      store: guardedStore(store),
      sendRefresh: (refreshToken, onUnanswered) => this.#sendRefresh(refreshToken, { onUnanswered }),
      revoke: (accessToken) => this.revokeAccess(accessToken),
      logger: this.#logger,
      now: this.#now,
      refreshWindowMs: checkedWindow(options.refreshWindowMs),
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
    options: { readonly disableAutoAuth?: boolean | undefined } = {},
  ): Promise<AuthorizationUrl> {
    return buildAuthorizationUrl({
      authorizeBaseUrl: this.#authorizeBaseUrl,
      clientKey: this.#clientKey,
      redirectUri: this.#redirectUri,
      scopes,
      pkce: this.#pkce ?? (isLoopback(this.#redirectUri) ? 'hex' : 'off'),
      disableAutoAuth: options.disableAutoAuth,
    });
  }

  /**
   * Finishes a sign-in: checks the state, reads the callback, exchanges its code and stores the tokens. Nothing is sent
   * before the state is found right.
   *
   * @param urlOrParams The callback's URL (whole, or as a path with its query) or its parameters.
   * @param expected.state What `getAuthorizationUrl` gave, from this browser's session; delete it there first.
   * @param expected.codeVerifier Likewise, where there was one.
   * @param expected.userId What to store the tokens under. Default: TikTok's `open_id`.
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
    return this.#run(async () => {
      const { code, grantedScopes } = readCallback(urlOrParams, expected.state);
      const { codeVerifier, userId, signal } = expected;
      const tokens = await this.#exchange(code, { codeVerifier, userId, signal, grantedScopes });
      return { userId: userId ?? tokens.open_id, tokens, grantedScopes: parseScopes(tokens.scope) };
    });
  }

  /**
   * Exchanges an authorization code for tokens and stores them. A code works once, so a request whose fate is unknown
   * is not repeated.
   *
   * @param code The callback's code, decoded.
   * @param options.userId What to store the tokens under. Default: TikTok's `open_id`.
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
    return this.#run(() => this.#exchange(code, options));
  }

  async #exchange(
    code: string,
    options: {
      readonly userId?: string | undefined;
      readonly codeVerifier?: string | undefined;
      readonly redirectUri?: string | undefined;
      readonly signal?: AbortSignal | undefined;
      /** What the callback said, for an answer that does not say it. */
      readonly grantedScopes?: readonly TikTokScope[] | undefined;
    },
  ): Promise<TikTokTokens> {
    const { userId, codeVerifier, redirectUri = this.#redirectUri, signal, grantedScopes = [] } = options;
    const checked = assertToken('code', code);
    if (userId !== undefined) assertUserId(userId);
    const operation = 'token.exchange';
    const requestedAt = this.#now();
    const answer = await this.#http.send({
      operation,
      method: 'POST',
      path: '/v2/oauth/token/',
      shape: 'oauth',
      form: {
        ...this.#credentials(),
        grant_type: 'authorization_code',
        code: checked,
        redirect_uri: redirectUri,
        ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
      },
      retryIf: ifUnsent,
      signal,
    });
    const tokens = readTokens(answer, { operation, scope: grantedScopes.join(',') });
    this.#granted.remember(tokens.access_token, tokens.scope);
    await this.#lifecycle.adopt(userId ?? tokens.open_id, recordOf(tokens, requestedAt));
    return tokens;
  }

  /**
   * Refreshes with a refresh token that the caller holds. `getValidToken` does this by itself.
   *
   * @param options.userId With it the refresh runs under the store's lease and the new pair is stored; if the store
   *   holds another pair whose access token is still valid, that is the answer and nothing is sent. Without it nothing is stored: keep what is returned, since the
   *   refresh token that was sent is spent.
   * @throws TikTokError `TOKEN_EXPIRED` when TikTok refuses the refresh token; `AUTH_ERROR` with code `not_connected`
   *   when nothing is stored under `userId`.
   */
  async refreshAccessToken(
    refreshToken: string,
    options: { readonly userId?: string | undefined } = {},
  ): Promise<TikTokRefreshedTokens> {
    return this.#run(async () => {
      const checked = assertToken('refreshToken', refreshToken);
      if (options.userId === undefined) return this.#sendRefresh(checked);
      return this.#asAnswer(await this.#lifecycle.refreshWith(assertUserId(options.userId), checked));
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
    return this.#run(async () => {
      const checked = assertToken('accessToken', accessToken);
      const scopes = options.scopes === undefined ? undefined : checkScopes(options.scopes);
      const { fields, omitted } = selectFields(options.fields, this.#granted.of(checked) ?? scopes);
      const { data } = await this.#http.send({
        operation: 'user.info',
        method: 'GET',
        path: '/v2/user/info/',
        query: { fields: fields.join(',') },
        accessToken: checked,
        shape: 'api',
        signal: options.signal,
      });
      return readUser(data, omitted);
    });
  }

  /**
   * Withdraws the app's access at TikTok: best effort, never throws. What went wrong is logged.
   *
   * @returns Whether TikTok confirmed it.
   * @see https://developers.tiktok.com/doc/oauth-user-access-token-management
   */
  async revokeAccess(accessToken: string): Promise<boolean> {
    try {
      await this.#http.send({
        operation: 'token.revoke',
        method: 'POST',
        path: '/v2/oauth/revoke/',
        shape: 'oauth',
        form: { ...this.#credentials(), token: assertToken('accessToken', accessToken) },
        retryIf: ifRepeatable,
      });
      return true;
    } catch (error) {
      this.#logger.warn('Access could not be revoked at TikTok', { operation: 'token.revoke', error });
      return false;
    }
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
    const { minTtlMs = 0, signal, rejected } = options;
    return this.#run(async () => {
      const record = await this.#lifecycle.valid(assertUserId(userId), { minTtlMs, rejected }, signal);
      this.#granted.remember(record.accessToken, record.scope);
      return record.accessToken;
    });
  }

  /** What is stored of an account, valid or not; `null` where nothing is. */
  async getTokenInfo(userId: string): Promise<TokenInfo | null> {
    const record = await this.#lifecycle.stored(assertUserId(userId));
    if (record === null) return null;
    return redacted({
      userId,
      token: record.accessToken,
      tokenType: record.tokenType,
      expiresAt: new Date(record.accessTokenExpiresAt),
      refreshedAt: new Date(record.obtainedAt),
      scopes: parseScopes(record.scope),
    });
  }

  /** Forgets an account's tokens. At TikTok the access stays, unless `revokeAccess` was called. */
  async clearToken(userId: string): Promise<void> {
    await this.#lifecycle.forget(assertUserId(userId));
  }

  getCircuitBreakerStats(): CircuitBreakerStats {
    return this.#breaker.stats();
  }

  resetCircuitBreaker(): void {
    this.#breaker.reset();
  }

  /**
   * Refuses new calls, waits up to 5 seconds for those that are running, so that no code or refresh token is spent in
   * vain, then ends connections and timers. A store that was passed in stays open.
   */
  async close(): Promise<void> {
    this.#closing = true;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    });
    await Promise.race([this.#settled(), limit]);
    clearTimeout(timer);
    this.#breaker.close();
    this.#http.close();
    await this.#ownStore?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Every call that talks to TikTok: one correlation id throughout, and known to `close()` while it runs. */
  async #run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closing) throw validationError('This TikTokOAuth was closed', { code: 'closed' });
    const running = withCorrelationId(currentCorrelationId(), call);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** A refresh goes on when those who asked for it have given up, so it is waited for on its own. */
  async #settled(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#lifecycle.settled();
  }

  async #sendRefresh(
    refreshToken: string,
    { onUnanswered }: { readonly onUnanswered?: () => void } = {},
  ): Promise<TikTokRefreshedTokens> {
    const operation = 'token.refresh';
    let silent = 0;
    const answer = await this.#http.send({
      operation,
      method: 'POST',
      path: '/v2/oauth/token/',
      shape: 'oauth',
      form: { ...this.#credentials(), grant_type: 'refresh_token', refresh_token: refreshToken },
      retryIf: (error) => {
        if (error.outcomeUnknown || error.type === 'SERVER_ERROR') onUnanswered?.();
        // D3: answered without a token is an ordinary retry; silence allows for one more send.
        if (error.outcomeUnknown) silent += 1;
        return silent <= 1;
      },
    });
    return readRefreshedTokens(answer, { operation });
  }

  #asAnswer(record: TokenRecord): TikTokRefreshedTokens {
    const secondsFrom = (instant: number): number => Math.max(0, Math.floor((instant - this.#now()) / 1000));
    return redacted({
      access_token: record.accessToken,
      refresh_token: record.refreshToken,
      expires_in: secondsFrom(record.accessTokenExpiresAt),
      ...(record.refreshTokenExpiresAt === null
        ? {}
        : { refresh_expires_in: secondsFrom(record.refreshTokenExpiresAt) }),
      open_id: record.openId,
      scope: record.scope,
      token_type: record.tokenType,
    });
  }

  #credentials(): { readonly client_key: string; readonly client_secret: string } {
    return { client_key: this.#clientKey, client_secret: this.#clientSecret };
  }
}

/** The same as `new TikTokOAuth(options)`. */
export function createTikTokOAuth(options: TikTokOAuthOptions): TikTokOAuth {
  return new TikTokOAuth(options);
}
