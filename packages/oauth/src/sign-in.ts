import type { TikTokScope } from './scopes.js';
import type { TikTokTokens } from './token-answer.js';

/** What a finished sign-in brings. */
export interface SignIn {
  /** Under which the tokens are stored. */
  readonly userId: string;
  readonly tokens: TikTokTokens;
  /** What the person granted, which can be less than was asked for. */
  readonly grantedScopes: readonly TikTokScope[];
}
