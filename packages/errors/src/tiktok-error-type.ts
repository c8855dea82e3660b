/**
 * Every kind of failure that this family of packages reports. Branch on it; it never changes with TikTok's wording.
 *
 * A const object and a type of the same name, so that both `TikTokErrorType.TOKEN_EXPIRED` and the plain string
 * `'TOKEN_EXPIRED'` type-check.
 */
export const TikTokErrorType = {
  /** The request could not be delivered, or the connection ended before an answer came. */
  NETWORK_ERROR: 'NETWORK_ERROR',
  /** No answer within the time allowed. */
  TIMEOUT_ERROR: 'TIMEOUT_ERROR',
  /** The person is not signed in, or refused to be. */
  AUTH_ERROR: 'AUTH_ERROR',
  /** The authorization code or refresh token is no longer good: sign in again. */
  TOKEN_EXPIRED: 'TOKEN_EXPIRED',
  /** TikTok refused the access token. */
  INVALID_TOKEN: 'INVALID_TOKEN',
  /** TikTok refused the application's own key or secret. Never the person's fault. */
  INVALID_CREDENTIALS: 'INVALID_CREDENTIALS',
  /** The person, or TikTok's review, has not granted a scope that the call needs. */
  SCOPE_NOT_AUTHORIZED: 'SCOPE_NOT_AUTHORIZED',
  /** Too many requests; works again soon. */
  RATE_LIMIT_ERROR: 'RATE_LIMIT_ERROR',
  /** A daily cap or a spam limit; does not work again soon. */
  QUOTA_EXCEEDED: 'QUOTA_EXCEEDED',
  /** Refused by our own checks, before anything was sent. */
  VALIDATION_ERROR: 'VALIDATION_ERROR',
  /** TikTok refused a parameter. */
  INVALID_PARAM: 'INVALID_PARAM',
  /** TikTok answered with an error that has no type of its own. */
  API_ERROR: 'API_ERROR',
  /** TikTok failed: a 5xx, or an answer that cannot be read. */
  SERVER_ERROR: 'SERVER_ERROR',
  /** The media was refused, or its transfer failed. */
  UPLOAD_ERROR: 'UPLOAD_ERROR',
  /** The URL to pull media from is not verified for the application. */
  URL_OWNERSHIP_UNVERIFIED: 'URL_OWNERSHIP_UNVERIFIED',
  /** The circuit breaker is open: nothing was sent. */
  CIRCUIT_OPEN: 'CIRCUIT_OPEN',
  /** The token store could not be asked, or refused. */
  TOKEN_STORE_ERROR: 'TOKEN_STORE_ERROR',
} as const;

/** One of the values of {@link TikTokErrorType}. */
export type TikTokErrorType = (typeof TikTokErrorType)[keyof typeof TikTokErrorType];

/**
 * Who must act: `user` is the person signing in; `developer` whoever wrote the code or configured the app at TikTok;
 * `operator` whoever runs network, Redis and clock; `tiktok` means wait, or open a ticket with the log id.
 */
export type Audience = 'user' | 'developer' | 'operator' | 'tiktok';

export const AUDIENCES: readonly Audience[] = ['user', 'developer', 'operator', 'tiktok'];

/** What an error says of itself where nothing more particular is known. */
export interface ErrorTraits {
  /** Whether the same call can succeed soon with nothing changed. */
  readonly retryable: boolean;
  readonly audience: Audience;
  /** Plain and polite, safe to show to the person. */
  readonly userMessage: string;
}

const traits = (audience: Audience, retryable: boolean, userMessage: string): ErrorTraits => ({
  audience,
  retryable,
  userMessage,
});

const tryAgainSoon = 'TikTok is not answering just now. Please try again in a moment.';
const notYourFault = 'Something is not set up correctly on our side. Please try again later.';

/** What each type says of itself unless the code or the caller knows better. */
export const TYPE_TRAITS: Readonly<Record<TikTokErrorType, ErrorTraits>> = {
  NETWORK_ERROR: traits('operator', true, tryAgainSoon),
  TIMEOUT_ERROR: traits('operator', true, tryAgainSoon),
  AUTH_ERROR: traits('user', false, 'Please sign in with TikTok again.'),
  TOKEN_EXPIRED: traits('user', false, 'Your TikTok sign-in has expired. Please sign in again.'),
  INVALID_TOKEN: traits('user', false, 'Your TikTok sign-in is no longer valid. Please sign in again.'),
  INVALID_CREDENTIALS: traits('developer', false, notYourFault),
  SCOPE_NOT_AUTHORIZED: traits(
    'user',
    false,
    'This needs a permission that was not given. Please sign in again and allow it.',
  ),
  RATE_LIMIT_ERROR: traits('tiktok', true, 'That was a bit too fast for TikTok. Please try again in a minute.'),
  QUOTA_EXCEEDED: traits('user', false, 'TikTok’s limit for today has been reached. Please try again tomorrow.'),
  VALIDATION_ERROR: traits('developer', false, 'That could not be done as asked. Please start again.'),
  INVALID_PARAM: traits('developer', false, notYourFault),
  API_ERROR: traits('developer', false, 'TikTok could not do that. Please try again later.'),
  SERVER_ERROR: traits('tiktok', true, 'TikTok has a problem at the moment. Please try again in a moment.'),
  UPLOAD_ERROR: traits('user', false, 'TikTok could not use this file. Please check it and try again.'),
  URL_OWNERSHIP_UNVERIFIED: traits('developer', false, notYourFault),
  CIRCUIT_OPEN: traits('tiktok', true, tryAgainSoon),
  TOKEN_STORE_ERROR: traits('operator', true, 'We could not reach our own records. Please try again in a moment.'),
};
