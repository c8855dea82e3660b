import type { RateLimit } from './rate-limiter.js';

/** A limit of TikTok's, and where it says so. */
export interface TikTokRateLimit extends RateLimit {
  readonly per: 'key' | 'app';
  /** TikTok's page. */
  readonly source: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DOCS = 'https://developers.tiktok.com';

// TikTok doesn't say whose calls it counts; the whole application's is the stricter reading.
const display: TikTokRateLimit = {
  limit: 600,
  windowMs: MINUTE_MS,
  per: 'app',
  source: `${DOCS}/docs/en/tiktok-api-v2-rate-limit`,
};

/** Content Posting counts by access token. */
function posting(limit: number, page: string): TikTokRateLimit {
  return { limit, windowMs: MINUTE_MS, per: 'key', source: `${DOCS}/doc/content-posting-api-reference-${page}` };
}

// The same page also calls it a daily limit; a minute is what its table says.
const portability: TikTokRateLimit = {
  limit: 1_000,
  windowMs: MINUTE_MS,
  per: 'app',
  source: `${DOCS}/doc/data-portability-api-faq`,
};

/** Research counts all its endpoints together, by client. TikTok begins anew at 00:00 UTC; a sliding day is stricter. */
function research(limit: number): TikTokRateLimit {
  return { limit, windowMs: DAY_MS, per: 'app', source: `${DOCS}/doc/research-api-faq` };
}

/**
 * The limits that TikTok documents, by the path they hold for, for `createRateLimiter({ limits: TIKTOK_RATE_LIMITS })`.
 * The two of the Research API hold for many paths and go by `research` and `research.followers`. Not documented, and so
 * not here: `/v2/oauth/*` and `/v2/post/publish/cancel/`.
 *
 * @see https://developers.tiktok.com/docs/en/tiktok-api-v2-rate-limit
 */
export const TIKTOK_RATE_LIMITS = {
  '/v2/user/info/': display,
  '/v2/video/list/': display,
  '/v2/video/query/': display,
  '/v2/post/publish/video/init/': posting(6, 'direct-post'),
  '/v2/post/publish/inbox/video/init/': posting(6, 'upload-video'),
  '/v2/post/publish/content/init/': posting(6, 'photo-post'),
  '/v2/post/publish/creator_info/query/': posting(20, 'query-creator-info'),
  '/v2/post/publish/status/fetch/': posting(30, 'get-video-status'),
  '/v2/user/data/add/': portability,
  '/v2/user/data/check/': portability,
  '/v2/user/data/cancel/': portability,
  '/v2/user/data/download/': portability,
  research: research(1_000),
  'research.followers': research(20_000),
} as const satisfies Record<string, TikTokRateLimit>;
