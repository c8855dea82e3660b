import { codeChallenge, createCodeVerifier, type PkceMode } from './pkce.js';
import { RandomPool } from './random-pool.js';
import { checkScopes, type TikTokScope } from './scopes.js';
import { createState } from './state.js';

/** What the authorization URLs of one app are made of. */
export interface AuthorizationUrlParts {
  readonly authorizeBaseUrl: URL;
  readonly clientKey: string;
  readonly redirectUri: string;
  readonly scopes: readonly TikTokScope[];
  readonly pkce: PkceMode;
}

/** How one consent page differs from the next. */
export interface AuthorizationUrlOptions {
  /** `true` shows the consent page even to whom TikTok still knows, `false` skips it for them. Default: TikTok's own. */
  readonly disableAutoAuth?: boolean | undefined;
}

/** Where to send the person, and what to keep in their session until they come back. */
export interface AuthorizationUrl {
  readonly url: string;
  /** 64 hex characters. Keep it in the session: the callback must bring the same. */
  readonly state: string;
  /** Keep it in the session: the exchange needs it. Absent where PKCE is off. */
  readonly codeVerifier?: string;
}

/**
 * Builds URLs of TikTok's consent page, each with a new state and, where PKCE is on, a new verifier. Whatever does not
 * change from one to the next is put together once, since every visitor of a sign-in page costs one.
 *
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export class AuthorizationUrls {
  readonly #random = new RandomPool();
  readonly #pkce: PkceMode;
  readonly #base: string;
  /** Of the scopes asked for last: an application asks for the same ones nearly each time. */
  #last: { readonly scopes: readonly TikTokScope[]; readonly head: string };

  /** @throws TikTokError `VALIDATION_ERROR` when the scopes are not a list of scope names. */
  constructor({ authorizeBaseUrl, clientKey, redirectUri, scopes, pkce }: AuthorizationUrlParts) {
    this.#pkce = pkce;
    const fixed = new URLSearchParams({ client_key: clientKey, response_type: 'code', redirect_uri: redirectUri });
    if (pkce !== 'off') fixed.set('code_challenge_method', 'S256');
    this.#base = `${authorizeBaseUrl.href.replace(/\/$/, '')}/v2/auth/authorize/?${fixed}`;
    this.#last = this.#headed(scopes);
  }

  /** @throws TikTokError `VALIDATION_ERROR` when the scopes are not a list of scope names. */
  create(scopes: readonly TikTokScope[], { disableAutoAuth }: AuthorizationUrlOptions = {}): AuthorizationUrl {
    if (!sameList(scopes, this.#last.scopes)) this.#last = this.#headed(scopes);
    const state = createState(this.#random);
    let url = `${this.#last.head}&state=${state}`;
    if (disableAutoAuth !== undefined) url += `&disable_auto_auth=${disableAutoAuth ? '1' : '0'}`;
    if (this.#pkce === 'off') return { url, state };
    const codeVerifier = createCodeVerifier(this.#random);
    return { url: `${url}&code_challenge=${codeChallenge(codeVerifier, this.#pkce)}`, state, codeVerifier };
  }

  #headed(scopes: readonly TikTokScope[]): { readonly scopes: readonly TikTokScope[]; readonly head: string } {
    // Separated by commas, not by the spaces of OAuth 2; a scope's own characters need no encoding.
    const head = `${this.#base}&scope=${checkScopes(scopes).join('%2C')}`;
    // A copy, since the caller may change theirs.
    return { scopes: [...scopes], head };
  }
}

function sameList(scopes: unknown, last: readonly TikTokScope[]): boolean {
  if (!Array.isArray(scopes) || scopes.length !== last.length) return false;
  for (let i = 0; i < last.length; i++) if (scopes[i] !== last[i]) return false;
  return true;
}
