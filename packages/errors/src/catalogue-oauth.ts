import { type CatalogueEntry, inOrder, PAGES } from './catalogue-entry.js';

const ourFault = 'Something is not set up correctly on our side. Please try again later.';

/**
 * TikTok's OAuth error codes: the flat `error` field of the token, revoke and QR code endpoints, and of the callback.
 *
 * @see https://developers.tiktok.com/doc/oauth-error-handling
 */
export const OAUTH_CODES: readonly CatalogueEntry[] = [
  {
    code: 'access_denied',
    type: 'AUTH_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'You did not allow the sign-in with TikTok. You can try again whenever you like.',
    hint: inOrder(
      'Offer the sign-in again: the person, or TikTok on their behalf, said no.',
      'If nobody can sign in, check that the account may use third-party apps and that the app asks only for approved scopes.',
    ),
    docsUrl: PAGES.oauthErrors,
  },
  {
    code: 'invalid_client',
    type: 'INVALID_CREDENTIALS',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Check that client key and client secret are of the same app.',
      'Check that both are of its sandbox or both of production: sandbox keys usually begin with sbaw, production keys with aw.',
      'Check for a space or line break around the secret, and whether it was renewed in the portal.',
    ),
    docsUrl: PAGES.oauthErrors,
  },
  {
    code: 'invalid_grant',
    type: 'TOKEN_EXPIRED',
    retryable: false,
    audience: 'user',
    userMessage: 'Your TikTok sign-in has expired. Please sign in again.',
    hint: inOrder(
      'For a code: it works once, within a few minutes, with the redirect URI it was issued for, and has to be URL-decoded exactly once.',
      'For a refresh token: it dies when it is rotated, so read the store once more for a newer one; another process may have refreshed.',
      'Check that the client key is the one the code or token was issued to.',
      'Otherwise the person has revoked the access, or it has run out: sign in again.',
    ),
    docsUrl: PAGES.userTokens,
  },
  {
    code: 'invalid_request',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Read the description: it names what is missing or malformed.',
      'Check that the redirect URI equals the one of the authorization request to the letter, trailing slash included.',
      'Check that the PKCE challenge is the hex SHA-256 of the verifier, not base64url, and that the verifier is sent.',
      'Check that the body is application/x-www-form-urlencoded, with client_key and client_secret in it.',
    ),
    docsUrl: PAGES.userTokens,
  },
  {
    code: 'invalid_scope',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Check that every scope is spelled as TikTok spells it.',
      'Check that scopes are separated by commas, not spaces.',
      'Check that each is enabled for the app; one that is not refuses the whole sign-in.',
    ),
    docsUrl: PAGES.scopes,
  },
  {
    code: 'unauthorized_client',
    type: 'INVALID_CREDENTIALS',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Check that the app is live; a draft’s production key is refused.',
      'In a sandbox, check that the person is one of its target users; a new one can take an hour to count.',
      'Check that the app has the product that this request belongs to.',
    ),
    docsUrl: PAGES.oauthErrors,
  },
  {
    code: 'unsupported_grant_type',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Check that grant_type is authorization_code, refresh_token or client_credentials.',
      'Check that it stands in the form body, not in the query.',
    ),
    docsUrl: PAGES.userTokens,
  },
  {
    code: 'unsupported_response_type',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: 'Check that response_type is code; TikTok has no other.',
    docsUrl: PAGES.oauthErrors,
  },
  {
    code: 'server_error',
    type: 'SERVER_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'TikTok has a problem at the moment. Please try again in a moment.',
    hint: inOrder(
      'Try again with backoff.',
      'A refresh may have taken effect although it failed: read the store once more before declaring the sign-in dead.',
      'If it lasts, open a ticket at TikTok with the log id.',
    ),
    docsUrl: PAGES.oauthErrors,
  },
  {
    code: 'temporarily_unavailable',
    type: 'SERVER_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'TikTok is not available at the moment. Please try again in a moment.',
    hint: inOrder('Try again with backoff.', 'If it lasts, open a ticket at TikTok with the log id.'),
    docsUrl: PAGES.oauthErrors,
  },
];
