import type { FidelitySection } from './fidelity-rule.js';
import { INFERRED, newerPage, page, seen } from './source.js';

const web = page('login-kit-web');
const tokens = page('oauth-user-access-token-management');
const oauthErrors = page('oauth-error-handling');
const apiErrors = page('tiktok-api-v2-error-handling');
const userInfo = page('tiktok-api-v2-get-user-info');
const videoList = page('tiktok-api-v2-video-list');
const videoQuery = page('tiktok-api-v2-video-query');
const videoObject = page('tiktok-api-v2-video-object');
const rateLimit = newerPage('tiktok-api-v2-rate-limit', '2026-08-04');

/** User info, videos, and what holds everywhere. */
export const API_RULES: readonly FidelitySection[] = [
  {
    title: 'User info: `GET /v2/user/info/`',
    operations: ['user_info'],
    rules: [
      {
        rule: '`fields` is required; only what is asked for is answered, under `data.user`.',
        sources: [userInfo],
        tests: [
          ['user-info.test.ts', 'answers in the envelope, with the fields asked for and no others'],
          ['user-info.test.ts', 'fields=%s is an invalid_params'],
        ],
      },
      {
        rule: 'Each field needs its scope.',
        sources: [userInfo, seen('SocialiteProviders/Providers#1198')],
        tests: [
          ['user-info.test.ts', '%s without its scope is refused'],
          ['user-info.test.ts', 'knows every field of the table'],
        ],
      },
      {
        rule: 'Each app sees an `open_id` of its own; `union_id` is the same for all.',
        sources: [userInfo],
        tests: [
          [
            'options.test.ts',
            'each client sees an open_id of its own, the same in every run; one that is given is for all',
          ],
        ],
      },
      {
        rule: 'A missing, unknown, expired or revoked token is `access_token_invalid`, 401.',
        sources: [apiErrors],
        tests: [
          ['user-info.test.ts', '%s is an access_token_invalid'],
          ['user-info.test.ts', 'an expired token and a refresh token are access_token_invalid too'],
        ],
      },
    ],
  },
  {
    title: 'Videos: `POST /v2/video/list/` and `POST /v2/video/query/`',
    operations: ['video_list', 'video_query'],
    rules: [
      {
        rule: 'Both need the scope `video.list`.',
        sources: [videoList, videoQuery],
        tests: [
          ['videos/video-list.test.ts', 'without the scope video.list there is nothing to see, whatever else is asked'],
        ],
      },
      {
        rule: 'Public videos, newest first; `max_count` 10 by default and 20 at most.',
        sources: [videoList],
        tests: [
          ['videos/video-list.test.ts', 'following the cursor gives every video once, newest first'],
          ['videos/video-list.test.ts', 'ten at a time without max_count, and from the newest without a body'],
          ['videos/video-list.test.ts', 'private videos are not shown'],
        ],
      },
      {
        rule: '`cursor` is a time in UTC milliseconds: any one gives what was posted before it.',
        sources: [videoList],
        tests: [
          ['videos/video-list.test.ts', 'a cursor is a time in milliseconds: any one gives what was posted before it'],
          ['videos/videos.test.ts', 'pages hold everything public once, newest first, whatever times the videos share'],
        ],
      },
      {
        rule: 'Bodies are JSON. A value of the wrong type or out of range is `invalid_params`.',
        sources: [videoList, apiErrors],
        tests: [
          ['videos/video-list.test.ts', '%j is an invalid_params'],
          ['videos/video-list.test.ts', '%s is no JSON body'],
        ],
      },
      {
        rule: "`filters.video_ids` has up to 20 ids, as strings; of the person's own videos only.",
        sources: [videoQuery],
        tests: [
          ['videos/video-query.test.ts', "finds the person's own public videos by id, each once, and no others"],
          ['videos/video-query.test.ts', 'an id sent as a number has lost its last digits, and is refused'],
          ['videos/video-query.test.ts', 'twenty ids are not too many'],
        ],
      },
      {
        rule: 'Ids have 19 digits and are strings; `create_time` is in seconds.',
        sources: [videoObject],
        tests: [
          ['videos/video-list.test.ts', 'all of the table are there, each in its type, ids as strings'],
          ['videos/video.test.ts', 'have ids of 19 digits, more than a number holds, each its own'],
        ],
      },
    ],
  },
  {
    title: 'Pictures',
    operations: ['cover', 'avatar', 'favicon'],
    rules: [
      {
        rule: 'The link of `cover_image_url` works for six hours; asking again renews it.',
        sources: [videoObject, videoQuery],
        tests: [['videos/cover.test.ts', 'the link to a cover works for six hours; asking again renews it']],
      },
      {
        rule: 'Avatars come in three sizes, and any page may show them.',
        sources: [userInfo, INFERRED],
        tests: [['avatar.test.ts', 'serves a picture of each size that any page may show']],
      },
    ],
  },
  {
    title: 'Everywhere',
    operations: ['unknown'],
    rules: [
      {
        rule: 'API answers have an envelope: `data`, and `error` with `code` (`ok` on success), `message` and `log_id`.',
        sources: [userInfo, apiErrors],
        tests: [
          ['user-info.test.ts', 'answers in the envelope, with the fields asked for and no others'],
          ['faults/apply-fault.test.ts', '%s has the envelope and the status %d'],
        ],
      },
      {
        rule: 'Every answer has an `x-tt-logid`, the same as its `log_id`: the UTC second, then 20 hex digits.',
        sources: [apiErrors, oauthErrors],
        tests: [
          ['log-id.test.ts', 'a log id is a UTC second and 20 hex digits'],
          ['http-server.test.ts', '%s answers with an enveloped 404'],
        ],
      },
      {
        rule: '600 requests in any minute for each of user info, video list and video query; then 429 and `rate_limit_exceeded`, without `Retry-After`.',
        sources: [rateLimit],
        tests: [
          ['rate-limits.test.ts', '601 requests in a minute are one too many, on each of the three endpoints'],
          ['rate-limits.test.ts', 'admits so many within any minute, not so many in each minute of the clock'],
        ],
      },
      {
        rule: "Pages are on TikTok's one host, the API on the other; `emulator.fetch` keeps them apart.",
        sources: [web, tokens],
        tests: [
          ['in-process-fetch.test.ts', "stands in for TikTok's own hosts, pages on one and the API on the other"],
        ],
      },
    ],
  },
];
