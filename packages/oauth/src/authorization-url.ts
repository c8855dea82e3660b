import { codeChallenge, createCodeVerifier, type PkceMode } from './pkce.js';
import { checkScopes, type TikTokScope } from './scopes.js';
import { createState } from './state.js';

/** What the authorization URL is made of. */
export interface AuthorizationRequest {
  readonly authorizeBaseUrl: URL;
  readonly clientKey: string;
  readonly redirectUri: string;
  readonly scopes: readonly TikTokScope[];
  readonly pkce: PkceMode;
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
 * Builds the URL of TikTok's consent page, with a new state and, where PKCE is on, a new verifier.
 *
 * @throws TikTokError `VALIDATION_ERROR` when the scopes are not a list of scope names.
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export function buildAuthorizationUrl(request: AuthorizationRequest): AuthorizationUrl {
  const state = createState();
  const query = new URLSearchParams({
    client_key: request.clientKey,
    // Separated by commas, not by the spaces of OAuth 2.
    scope: checkScopes(request.scopes).join(','),
    response_type: 'code',
    redirect_uri: request.redirectUri,
    state,
  });
  if (request.disableAutoAuth !== undefined) query.set('disable_auto_auth', request.disableAutoAuth ? '1' : '0');
  const url = (): string => `${request.authorizeBaseUrl.href.replace(/\/$/, '')}/v2/auth/authorize/?${query}`;
  if (request.pkce === 'off') return { url: url(), state };
  const codeVerifier = createCodeVerifier();
  query.set('code_challenge', codeChallenge(codeVerifier, request.pkce));
  query.set('code_challenge_method', 'S256');
  return { url: url(), state, codeVerifier };
}
