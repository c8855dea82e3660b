import { type CatalogueEntry, DAY, inOrder, MINUTE, PAGES } from './catalogue-entry.js';
import { BANNED_FROM_POSTING, TOO_MANY_POSTS } from './catalogue-posting-limits.js';

const ourFault = 'Something is not set up correctly on our side. Please try again later.';
const permissionMissing = 'This needs a permission that was not given. Please sign in again and allow it.';

/**
 * The codes of the API v2 envelope: its `error.code` field.
 *
 * @see https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
 */
export const API_CODES: readonly CatalogueEntry[] = [
  {
    code: 'access_token_invalid',
    type: 'INVALID_TOKEN',
    retryable: false,
    audience: 'user',
    userMessage: 'Your TikTok sign-in is no longer valid. Please sign in again.',
    hint: inOrder(
      'Refresh the access token once, then make the call once more.',
      'Check that the header is Authorization: Bearer, followed by the access token as TikTok issued it.',
      'If the fresh one is refused too, the person has revoked the access: sign in again.',
    ),
    docsUrl: PAGES.apiErrors,
  },
  {
    code: 'scope_not_authorized',
    type: 'SCOPE_NOT_AUTHORIZED',
    retryable: false,
    audience: 'user',
    userMessage: permissionMissing,
    hint: inOrder(
      'Compare the scopes that were granted with those the call needs; a person may leave some out.',
      'Check that no field is asked for that belongs to another scope, such as username to user.info.profile.',
      'Ask for the scope at the next sign-in, if it is approved for the app.',
    ),
    docsUrl: PAGES.scopes,
  },
  {
    code: 'scope_permission_missed',
    type: 'SCOPE_NOT_AUTHORIZED',
    retryable: false,
    audience: 'user',
    userMessage: permissionMissing,
    hint: inOrder(
      'Ask for fewer fields: some of them need a scope that was not granted.',
      'Ask for the scope at the next sign-in, if it is approved for the app.',
    ),
    docsUrl: PAGES.scopes,
  },
  {
    code: 'rate_limit_exceeded',
    type: 'RATE_LIMIT_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'That was a bit too fast for TikTok. Please try again in a minute.',
    hint: inOrder(
      'Wait for the window of a minute, longer if Retry-After says so.',
      'Space the calls out: 600 a minute for user info and videos, 6 for starting a post, 30 for its status, 20 for creator info.',
    ),
    windowMs: MINUTE,
    docsUrl: PAGES.rateLimits,
  },
  {
    code: 'internal_error',
    type: 'SERVER_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'TikTok has a problem at the moment. Please try again in a moment.',
    hint: inOrder('Try again with backoff.', 'If it lasts, open a ticket at TikTok with the log id.'),
    docsUrl: PAGES.apiErrors,
  },
  {
    code: 'invalid_params',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Read TikTok’s message: it names the field.',
      'Check that `fields` is there, separated by commas, and that each is spelled as TikTok spells it.',
    ),
    docsUrl: PAGES.apiErrors,
  },
  {
    code: 'invalid_param',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Read TikTok’s message: it names the field.',
      'For an upload, check the arithmetic: total_chunk_count is video_size divided by chunk_size, rounded down.',
      'Check that the source is one this endpoint takes: photos are pulled from a URL only.',
    ),
    docsUrl: PAGES.directPost,
  },
  {
    code: 'invalid_file_upload',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok cannot use this file. Please choose another one.',
    hint: inOrder(
      'Check the container (MP4, WebM, MOV) and the codec (H.264, H.265, VP8, VP9).',
      'Check the picture (360 to 4096 pixels a side, 23 to 60 frames a second), the size (up to 4 GB) and the length.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  TOO_MANY_POSTS,
  { ...BANNED_FROM_POSTING, docsUrl: PAGES.directPost },
  {
    code: 'spam_risk_too_many_pending_share',
    type: 'QUOTA_EXCEEDED',
    retryable: false,
    audience: 'user',
    userMessage:
      'There are as many unfinished drafts as TikTok allows. Please finish or delete some in the TikTok app, or try again tomorrow.',
    hint: 'An account takes 5 pending drafts in 24 hours. Ask the person to finish or delete them in the app, or wait.',
    windowMs: DAY,
    docsUrl: PAGES.inboxUpload,
  },
  {
    code: 'reached_active_user_cap',
    type: 'QUOTA_EXCEEDED',
    retryable: false,
    audience: 'developer',
    userMessage: 'We cannot post any more to TikTok today. Please try again tomorrow.',
    hint: inOrder(
      'The app has as many posting users in 24 hours as TikTok allows: 5 without an audit.',
      'Have the app audited, or ask TikTok’s support for a higher cap.',
    ),
    windowMs: DAY,
    docsUrl: PAGES.sharingGuidelines,
  },
  {
    code: 'unaudited_client_can_only_post_to_private_accounts',
    type: 'API_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage:
      'For now we can post to private TikTok accounts only. You can make your account private in the TikTok app and try again.',
    hint: inOrder(
      'It is the account that must be private, not the post; SELF_ONLY alone is not enough.',
      'Have the app audited to post to public accounts.',
    ),
    docsUrl: PAGES.sharingGuidelines,
  },
  {
    code: 'url_ownership_unverified',
    type: 'URL_OWNERSHIP_UNVERIFIED',
    retryable: false,
    audience: 'developer',
    userMessage: ourFault,
    hint: inOrder(
      'Verify the domain or the URL prefix in TikTok’s portal; a prefix covers only URLs that begin with it.',
      'Check that the URL is https, is no IP address and does not redirect to another host.',
      'Or upload the file instead of having it pulled.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'privacy_level_option_mismatch',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: 'This visibility is not available for your account. Please choose another one.',
    hint: inOrder(
      'Ask creator_info again just before posting: the options depend on whether the account is private.',
      'Send one of its privacy_level_options, chosen by the person; there is no default.',
    ),
    docsUrl: PAGES.creatorInfo,
  },
  {
    code: 'app_version_check_failed',
    type: 'API_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'Your TikTok app is too old for this. Please update it and try again.',
    hint: 'Photo drafts need TikTok 31.8 or later on the person’s phone.',
    docsUrl: PAGES.photoPost,
  },
  {
    code: 'invalid_publish_id',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: 'We could not find this post at TikTok. Please start again.',
    hint: 'Check that the publish_id is the one the init call returned, unchanged, and of this app.',
    docsUrl: PAGES.postStatus,
  },
  {
    code: 'token_not_authorized_for_specified_publish_id',
    type: 'INVALID_PARAM',
    retryable: false,
    audience: 'developer',
    userMessage: 'This post belongs to another TikTok account. Please start again.',
    hint: 'Use the access token of the user, and of the app, that started this post.',
    docsUrl: PAGES.postStatus,
  },
  {
    code: 'publish_not_cancellable',
    type: 'API_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage: 'This post can no longer be cancelled. You can delete it in the TikTok app.',
    hint: 'Cancelling works while TikTok is still downloading. Ask for the status, and take it as it is.',
    docsUrl: PAGES.mediaTransfer,
  },
];
