import { coverUrlOf } from './cover.js';
import type { EmulatorVideo } from './video.js';

interface VideoContext {
  readonly username: string;
  /** Origin of the emulator. */
  readonly url: string;
  readonly now: () => number;
}

type VideoField = (video: EmulatorVideo, context: VideoContext) => string | number | boolean;

/** What a video can be asked for. Source: TikTok's `tiktok-api-v2-video-object`. */
export const VIDEO_FIELDS: ReadonlyMap<string, VideoField> = new Map<string, VideoField>([
  ['id', (video) => video.id],
  ['create_time', (video) => Math.floor(video.createTime.getTime() / 1_000)],
  ['cover_image_url', (video, { username, url, now }) => coverUrlOf({ username, id: video.id, url, now: now() })],
  ['share_url', (video, { username, url }) => `${url}/@${username}/video/${video.id}`],
  ['video_description', (video) => video.description],
  ['duration', (video) => video.durationSeconds],
  ['height', (video) => video.height],
  ['width', (video) => video.width],
  ['title', (video) => video.title],
  ['embed_html', (video, { url }) => `<iframe src="${embedUrlOf(video, url)}" title="TikTok video"></iframe>`],
  ['embed_link', (video, { url }) => embedUrlOf(video, url)],
  ['like_count', (video) => video.likeCount],
  ['comment_count', (video) => video.commentCount],
  ['share_count', (video) => video.shareCount],
  ['view_count', (video) => video.viewCount],
  ['is_aigc', (video) => video.isAigc],
]);

function embedUrlOf(video: EmulatorVideo, url: string): string {
  return `${url}/embed/v2/${video.id}`;
}
