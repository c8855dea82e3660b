import { type CatalogueEntry, inOrder, PAGES } from './catalogue-entry.js';
import { BANNED_FROM_POSTING, TOO_MANY_POSTS } from './catalogue-posting-limits.js';

/**
 * Why a post failed after TikTok had accepted it: the `fail_reason` of a post's status, and the `reason` of the webhook
 * `post.publish.failed`.
 *
 * @see https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
 */
export const FAIL_REASONS: readonly CatalogueEntry[] = [
  {
    code: 'internal',
    type: 'SERVER_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'TikTok has a problem at the moment. Please try again in a moment.',
    hint: inOrder('Start the post again, with backoff.', 'If it lasts, open a ticket at TikTok with the log id.'),
    docsUrl: PAGES.postStatus,
  },
  {
    code: 'video_pull_failed',
    type: 'UPLOAD_ERROR',
    retryable: true,
    audience: 'developer',
    userMessage: 'TikTok could not fetch the video. Please try again in a moment.',
    hint: inOrder(
      'Check that the URL answers from outside your network, without redirect, sign-in or a robot check.',
      'Check that it stays reachable, and that the whole download fits into an hour.',
      'If the URL is really fine, start the post again.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'photo_pull_failed',
    type: 'UPLOAD_ERROR',
    retryable: true,
    audience: 'developer',
    userMessage: 'TikTok could not fetch the photos. Please try again in a moment.',
    hint: inOrder(
      'Check that every URL answers from outside your network, without redirect, sign-in or a robot check.',
      'If the URLs are really fine, start the post again.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'file_format_check_failed',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok cannot use this kind of file. Please choose an MP4 video, or a JPEG or WebP photo.',
    hint: inOrder(
      'Check the container (MP4, WebM, MOV) and the codec (H.264, H.265, VP8, VP9); for photos JPEG or WebP.',
      'Check that the file is whole: one cut short fails here.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'duration_check_failed',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'This video is too long or too short for your TikTok account. Please choose another one.',
    hint: 'Compare the length with the creator’s max_video_post_duration_sec, which creator_info gives.',
    docsUrl: PAGES.creatorInfo,
  },
  {
    code: 'frame_rate_check_failed',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok cannot play this video smoothly. Please export it with 30 pictures a second and try again.',
    hint: 'Check that the video has 23 to 60 frames a second.',
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'picture_size_check_failed',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'The picture is too large or too small for TikTok. Please choose another size and try again.',
    hint: 'Check the size: videos 360 to 4096 pixels a side, photos up to 1080p and 20 MB each.',
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'publish_cancelled',
    type: 'API_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'This post was cancelled. You can start a new one whenever you like.',
    hint: 'Nothing to mend: the post was cancelled through the API.',
    docsUrl: PAGES.postStatus,
  },
  {
    code: 'auth_removed',
    type: 'AUTH_ERROR',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok is no longer connected, so the post was stopped. Please sign in with TikTok again.',
    hint: 'The person has removed the app while the post was being processed. Sign in again, then start a new post.',
    docsUrl: PAGES.postStatus,
  },
  TOO_MANY_POSTS,
  { ...BANNED_FROM_POSTING, docsUrl: PAGES.postStatus },
  {
    code: 'spam_risk_text',
    type: 'QUOTA_EXCEEDED',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok took the text of this post for spam. Please change it and try again.',
    hint: 'Have the person change the caption; the same text would be refused again.',
    docsUrl: PAGES.postStatus,
  },
  {
    code: 'spam_risk',
    type: 'QUOTA_EXCEEDED',
    retryable: false,
    audience: 'user',
    userMessage: 'TikTok took this post for spam. Please change it, or try again another day.',
    hint: 'Do not send the same post again: TikTok took it for spam.',
    docsUrl: PAGES.postStatus,
  },
];
