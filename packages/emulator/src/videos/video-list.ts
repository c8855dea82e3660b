import { envelope } from '../answer.js';
import { invalidParams } from '../api-call.js';
import type { Operation } from '../operation.js';
import { readVideoCall } from './video-call.js';

const DEFAULT_COUNT = 10;
const MAX_COUNT = 20;

/** `POST /v2/video/list/?fields=...`. Source: TikTok's `tiktok-api-v2-video-list`. */
export const videoList: Operation = {
  name: 'video_list',
  methods: ['POST'],
  errorShape: 'envelope',
  matches: (path) => path === '/v2/video/list/',
  run(call, world) {
    const read = readVideoCall(call, { world, operation: 'video_list' });
    if (read.kind === 'refused') return read.answer;
    const { cursor, max_count: maxCount = DEFAULT_COUNT } = read.body;
    if (cursor !== undefined && !isWholeNumber(cursor, { min: 0, max: Number.MAX_SAFE_INTEGER })) {
      return invalidParams(call, '"cursor" must be a UTC Unix timestamp in milliseconds.');
    }
    if (!isWholeNumber(maxCount, { min: 1, max: MAX_COUNT })) {
      return invalidParams(call, `"max_count" must be a whole number from 1 to ${MAX_COUNT}.`);
    }
    const { videos, hasMore } = read.account.videos.page({ before: cursor, limit: maxCount });
    const next = videos.at(-1)?.createTime.getTime() ?? cursor ?? 0;
    return envelope({ videos: videos.map(read.show), cursor: next, has_more: hasMore }, call.logId);
  },
};

function isWholeNumber(value: unknown, range: { min: number; max: number }): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= range.min && value <= range.max;
}
