/**
 * The words of TikTok's `oauth-error-handling`, and the HTTP status each gets here where errors have one of their own.
 * TikTok documents no status for them.
 */
const OAUTH_ERRORS = {
  access_denied: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_request: 400,
  invalid_scope: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  server_error: 500,
  temporarily_unavailable: 503,
};

/** The words of TikTok's `tiktok-api-v2-error-handling` and of the Content Posting pages, with the status they document. */
const API_ERRORS = {
  access_token_invalid: 401,
  scope_not_authorized: 401,
  scope_permission_missed: 400,
  rate_limit_exceeded: 429,
  internal_error: 500,
  invalid_params: 400,
  invalid_param: 400,
  invalid_file_upload: 400,
  spam_risk_too_many_posts: 403,
  spam_risk_user_banned_from_posting: 403,
  spam_risk_too_many_pending_share: 403,
  reached_active_user_cap: 403,
  unaudited_client_can_only_post_to_private_accounts: 403,
  url_ownership_unverified: 403,
  privacy_level_option_mismatch: 403,
  app_version_check_failed: 400,
  invalid_publish_id: 400,
  token_not_authorized_for_specified_publish_id: 400,
  publish_not_cancellable: 400,
};

/** What an OAuth endpoint calls an error. */
export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

/** What an API v2 endpoint calls an error. */
export type ApiErrorCode = keyof typeof API_ERRORS;

export function isOAuthErrorCode(code: string): code is OAuthErrorCode {
  return Object.hasOwn(OAUTH_ERRORS, code);
}

export function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, code);
}

export function oauthErrorCodes(): string[] {
  return Object.keys(OAUTH_ERRORS);
}

export function apiErrorCodes(): string[] {
  return Object.keys(API_ERRORS);
}

export function oauthErrorStatus(code: OAuthErrorCode): number {
  return OAUTH_ERRORS[code];
}

export function apiErrorStatus(code: ApiErrorCode): number {
  return API_ERRORS[code];
}
