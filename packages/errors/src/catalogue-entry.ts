import type { Audience, TikTokErrorType } from './tiktok-error-type.js';

/** Which of TikTok's answers a code stands in. The same word can mean different things in two of them. */
export type CatalogueSource = 'oauth' | 'api' | 'upload' | 'publish';

/** Everything that is known of one of TikTok's codes. */
export interface CatalogueEntry {
  readonly code: string;
  readonly type: TikTokErrorType;
  /** Whether the same call can succeed soon with nothing changed. */
  readonly retryable: boolean;
  /** Who must act. */
  readonly audience: Audience;
  /** Plain and polite, safe to show to the person, and says what they can do. */
  readonly userMessage: string;
  /** For the developer: what to check, in order. */
  readonly hint: string;
  /** The window after which the call can work again, in milliseconds. */
  readonly windowMs?: number;
  /** TikTok's page on the matter. */
  readonly docsUrl: string;
}

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

const page = (slug: string): string => `https://developers.tiktok.com/doc/${slug}`;

/** TikTok's own pages. */
export const PAGES = {
  oauthErrors: page('oauth-error-handling'),
  userTokens: page('oauth-user-access-token-management'),
  apiErrors: page('tiktok-api-v2-error-handling'),
  rateLimits: page('tiktok-api-v2-rate-limit'),
  scopes: page('tiktok-api-scopes'),
  sharingGuidelines: page('content-sharing-guidelines'),
  creatorInfo: page('content-posting-api-reference-query-creator-info'),
  directPost: page('content-posting-api-reference-direct-post'),
  inboxUpload: page('content-posting-api-reference-upload-video'),
  photoPost: page('content-posting-api-reference-photo-post'),
  postStatus: page('content-posting-api-reference-get-video-status'),
  mediaTransfer: page('content-posting-api-media-transfer-guide'),
} as const;

/** What to check, in order, as one text. */
export function inOrder(...checks: readonly string[]): string {
  return checks.length === 1 ? checks.join('') : checks.map((check, index) => `${index + 1}. ${check}`).join(' ');
}
