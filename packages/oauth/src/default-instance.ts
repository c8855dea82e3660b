import { validationError } from '@tt/errors';
import { configFromEnvironment } from './environment.js';
import { createTikTokOAuth, type TikTokOAuth } from './tiktok-oauth.js';

let made: TikTokOAuth | undefined;

function instance(): TikTokOAuth {
  made ??= createTikTokOAuth(environment());
  return made;
}

function environment(): ReturnType<typeof configFromEnvironment> {
  try {
    return configFromEnvironment(process.env);
  } catch (cause) {
    throw validationError(`tiktokOAuth is not configured. ${cause instanceof Error ? cause.message : ''}`, {
      code: 'not_configured',
      hint: 'Set the variables before the first call, or use createTikTokOAuth with options.',
    });
  }
}

/** The public methods of {@link TikTokOAuth}. */
export type TikTokOAuthMethods = Pick<TikTokOAuth, keyof TikTokOAuth>;

/**
 * The ready instance, configured from the environment at first use (D13). Its methods reject with `VALIDATION_ERROR`,
 * code `not_configured`, naming each variable that is missing or malformed.
 *
 * @example
 * ```ts
 * import { tiktokOAuth } from '@tt/oauth';
 *
 * const { url, state } = await tiktokOAuth.getAuthorizationUrl();
 * ```
 */
export const tiktokOAuth: TikTokOAuthMethods = {
  getAuthorizationUrl: async (...args) => instance().getAuthorizationUrl(...args),
  handleCallback: async (...args) => instance().handleCallback(...args),
  exchangeCodeForTokens: async (...args) => instance().exchangeCodeForTokens(...args),
  refreshAccessToken: async (...args) => instance().refreshAccessToken(...args),
  getUserInfo: async (...args) => instance().getUserInfo(...args),
  revokeAccess: async (...args) => instance().revokeAccess(...args),
  getValidToken: async (...args) => instance().getValidToken(...args),
  getTokenInfo: async (...args) => instance().getTokenInfo(...args),
  clearToken: async (...args) => instance().clearToken(...args),
  getCircuitBreakerStats: () => instance().getCircuitBreakerStats(),
  resetCircuitBreaker: () => instance().resetCircuitBreaker(),
  close: async () => {
    const current = made;
    made = undefined;
    await current?.close();
  },
  [Symbol.asyncDispose]: () => tiktokOAuth.close(),
};
