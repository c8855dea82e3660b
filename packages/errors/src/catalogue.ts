import { type Audience, TikTokErrorType } from './tiktok-error-type.js';

/** What is known of one of TikTok's codes. Where a field is absent the type's own trait holds. */
export interface CatalogueEntry {
  readonly type: TikTokErrorType;
  readonly retryable?: boolean;
  readonly audience?: Audience;
  readonly userMessage?: string;
  /** For the developer: what to check, in order. */
  readonly hint?: string;
  /** The window after which the call can work again, in milliseconds. */
  readonly windowMs?: number;
  readonly docsUrl: string;
}

const OAUTH_ERRORS = 'https://developers.tiktok.com/doc/oauth-error-handling';
const API_ERRORS = 'https://developers.tiktok.com/doc/tiktok-api-v2-error-handling';
const RATE_LIMITS = 'https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit';
const POSTING = 'https://developers.tiktok.com/doc/content-posting-api-reference-direct-post';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const T = TikTokErrorType;

/** TikTok's OAuth error codes: the flat `error` field of the token and revoke endpoints, and of the callback. */
export const OAUTH_CODES: Readonly<Record<string, CatalogueEntry>> = {
  access_denied: {
    type: T.AUTH_ERROR,
    userMessage: 'You did not allow the sign-in with TikTok. You can try again whenever you like.',
    docsUrl: OAUTH_ERRORS,
  },
  invalid_client: {
    type: T.INVALID_CREDENTIALS,
    hint: 'Check the client key and client secret: both from the same app, and both from its sandbox or both from production.',
    docsUrl: OAUTH_ERRORS,
  },
  invalid_grant: {
    type: T.TOKEN_EXPIRED,
    hint: 'The authorization code or refresh token is used, expired, revoked or of another client. A code works once and for about five minutes; a refresh token dies when it is rotated.',
    docsUrl: OAUTH_ERRORS,
  },
  invalid_request: {
    type: T.INVALID_PARAM,
    hint: 'Check that the redirect URI equals the one of the authorization request to the letter, that PKCE is hex-encoded, and that the body is a form.',
    docsUrl: OAUTH_ERRORS,
  },
  invalid_scope: {
    type: T.INVALID_PARAM,
    hint: 'Check that every scope is spelled as TikTok spells it, separated by commas, and enabled for the app.',
    docsUrl: OAUTH_ERRORS,
  },
  unauthorized_client: {
    type: T.INVALID_CREDENTIALS,
    hint: 'Check that the app is live, or, in a sandbox, that the person is one of its target users.',
    docsUrl: OAUTH_ERRORS,
  },
  unsupported_grant_type: { type: T.INVALID_PARAM, docsUrl: OAUTH_ERRORS },
  unsupported_response_type: { type: T.INVALID_PARAM, docsUrl: OAUTH_ERRORS },
  server_error: { type: T.SERVER_ERROR, docsUrl: OAUTH_ERRORS },
  temporarily_unavailable: { type: T.SERVER_ERROR, docsUrl: OAUTH_ERRORS },
};

/** The codes of the API v2 envelope: its `error.code` field. */
export const API_CODES: Readonly<Record<string, CatalogueEntry>> = {
  access_token_invalid: { type: T.INVALID_TOKEN, docsUrl: API_ERRORS },
  scope_not_authorized: {
    type: T.SCOPE_NOT_AUTHORIZED,
    hint: 'The person did not grant a scope that this call needs, or asked fields need it. Ask for the scope at sign-in, or ask for fewer fields.',
    docsUrl: API_ERRORS,
  },
  scope_permission_missed: {
    type: T.SCOPE_NOT_AUTHORIZED,
    hint: 'The fields asked for need more scopes than were granted. Ask for fewer fields, or for the scope at sign-in.',
    docsUrl: API_ERRORS,
  },
  rate_limit_exceeded: { type: T.RATE_LIMIT_ERROR, windowMs: MINUTE, docsUrl: RATE_LIMITS },
  internal_error: { type: T.SERVER_ERROR, docsUrl: API_ERRORS },
  invalid_params: { type: T.INVALID_PARAM, docsUrl: API_ERRORS },
  invalid_param: { type: T.INVALID_PARAM, docsUrl: POSTING },
  invalid_file_upload: { type: T.UPLOAD_ERROR, docsUrl: API_ERRORS },
  spam_risk_too_many_posts: { type: T.QUOTA_EXCEEDED, windowMs: DAY, docsUrl: POSTING },
  spam_risk_user_banned_from_posting: { type: T.QUOTA_EXCEEDED, docsUrl: POSTING },
  spam_risk_too_many_pending_share: { type: T.QUOTA_EXCEEDED, windowMs: DAY, docsUrl: POSTING },
  reached_active_user_cap: { type: T.QUOTA_EXCEEDED, audience: 'developer', windowMs: DAY, docsUrl: POSTING },
  url_ownership_unverified: { type: T.URL_OWNERSHIP_UNVERIFIED, docsUrl: POSTING },
};
