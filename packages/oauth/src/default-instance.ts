import { validationError } from '@tt/errors';
import { tiktokLogger } from '@tt/logger';
import { readEnvironment } from './environment.js';
import { createTikTokOAuth, type TikTokOAuth } from './tiktok-oauth.js';

let made: TikTokOAuth | undefined;

function instance(): TikTokOAuth {
  if (made !== undefined) return made;
  const reading = readEnvironment(process.env);
  if ('problems' in reading) {
    throw validationError(`tiktokOAuth is not configured. ${reading.problems.join('. ')}`, {
      code: 'not_configured',
      hint: 'Set the variables before the first call, or use createTikTokOAuth with options.',
    });
  }
  made = createTikTokOAuth(reading.config);
  return made;
}

/** What is missing or malformed in the environment; nothing where it has been read already. */
function problems(): readonly string[] {
  if (made !== undefined) return [];
  const reading = readEnvironment(process.env);
  return 'problems' in reading ? reading.problems : [];
}

/** The public methods of {@link TikTokOAuth}. */
export type TikTokOAuthMethods = Pick<TikTokOAuth, keyof TikTokOAuth>;

/**
 * The ready instance, configured from the environment at first use (D13). Its methods reject with `VALIDATION_ERROR`,
 * code `not_configured`, naming each variable that is missing or malformed; `validateCredentials` lists them as problems.
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
  revokeAccess: async (...args) => {
    try {
      return await instance().revokeAccess(...args);
    } catch (error) {
      // It never throws, not even where there is nothing to revoke with.
      tiktokLogger.warn('Access could not be revoked at TikTok', { operation: 'token.revoke', error });
      return false;
    }
  },
  getValidToken: async (...args) => instance().getValidToken(...args),
  forEachDue: async (...args) => instance().forEachDue(...args),
  importTokens: async (...args) => instance().importTokens(...args),
  getTokenInfo: async (...args) => instance().getTokenInfo(...args),
  clearToken: async (...args) => instance().clearToken(...args),
  getClientAccessToken: async (...args) => instance().getClientAccessToken(...args),
  validateCredentials: async (...args) => {
    const found = problems();
    if (found.length > 0) return { valid: false, problems: found, checkedAt: new Date(), live: false };
    return instance().validateCredentials(...args);
  },
  // Before the first use there is nothing to forget.
  clearValidationCache: () => made?.clearValidationCache(),
  getCircuitBreakerStats: () => instance().getCircuitBreakerStats(),
  resetCircuitBreaker: () => instance().resetCircuitBreaker(),
  close: async () => {
    const current = made;
    made = undefined;
    await current?.close();
  },
  [Symbol.asyncDispose]: () => tiktokOAuth.close(),
};
