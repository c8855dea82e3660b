import { type CatalogueEntry, inOrder, PAGES } from './catalogue-entry.js';

const startAgain = 'The upload to TikTok took too long or was interrupted. Please start it again.';

/**
 * The HTTP statuses with which the upload host refuses a chunk. It sends no code of its own, so the code is the status:
 * `upload_403`. `upload_5xx` stands for every 5xx.
 *
 * @see https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
 */
export const UPLOAD_STATUSES: readonly CatalogueEntry[] = [
  {
    code: 'upload_400',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage: 'Something went wrong while sending the file to TikTok. Please try again later.',
    hint: inOrder(
      'Check that Content-Length is the size of this chunk, and Content-Range `bytes FIRST-LAST/TOTAL` with LAST included.',
      'Check that Content-Type is video/mp4, video/quicktime or video/webm.',
      'Check the chunk size: 5 to 64 MB, the last one up to 128 MB, in order.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'upload_403',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage: startAgain,
    hint: inOrder(
      'The upload URL has expired: it lives for an hour, and the whole upload must end within it. Start with a new init.',
      'Check that the URL was used whole, with its query.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'upload_404',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage: startAgain,
    hint: inOrder(
      'TikTok knows no such upload. Start with a new init.',
      'Check that the URL was used whole, with its query.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'upload_416',
    type: 'UPLOAD_ERROR',
    retryable: false,
    audience: 'developer',
    userMessage: startAgain,
    hint: inOrder(
      'Read how far TikTok has got from the answer’s Content-Range, and go on from there.',
      'Check that the chunks are sent one after the other, in order.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
  {
    code: 'upload_5xx',
    type: 'SERVER_ERROR',
    retryable: true,
    audience: 'tiktok',
    userMessage: 'TikTok has a problem at the moment. Please try again in a moment.',
    hint: inOrder(
      'Send the same chunk again, with backoff.',
      'Keep an eye on the hour that the upload URL lives.',
      'If it lasts, open a ticket at TikTok with the log id.',
    ),
    docsUrl: PAGES.mediaTransfer,
  },
];
