import { envelope } from '../answer.js';
import { invalidParams } from '../api-call.js';
import { isRecord } from '../check.js';
import type { Operation } from '../operation.js';
import { readVideoCall } from './video-call.js';

const MAX_IDS = 20;

/** `POST /v2/video/query/?fields=...`. Source: TikTok's `tiktok-api-v2-video-query`. */
export const videoQuery: Operation = {
  name: 'video_query',
  methods: ['POST'],
  errorShape: 'envelope',
  matches: (path) => path === '/v2/video/query/',
  run(call, world) {
    const read = readVideoCall(call, { world, operation: 'video_query' });
    if (read.kind === 'refused') return read.answer;
    const ids = idsOf(read.body.filters);
    if (ids === undefined) {
      return invalidParams(call, `"filters.video_ids" must be an array of 1 to ${MAX_IDS} ids, each a string.`);
    }
    const videos = ids.flatMap((id) => read.account.videos.find(id) ?? []);
    return envelope({ videos: videos.map(read.show) }, call.logId);
  },
};

/** Strings only: an id sent as a number has lost its last digits before it got here. */
function idsOf(filters: unknown): string[] | undefined {
  const ids: unknown = isRecord(filters) ? filters.video_ids : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_IDS) return undefined;
  const texts = ids.filter((id): id is string => typeof id === 'string');
  return texts.length === ids.length ? [...new Set(texts)] : undefined;
}
