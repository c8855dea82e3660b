import { avatarUrlOf } from './avatar.js';
import { type EmulatorUser, openIdOf } from './user.js';

interface UserContext {
  /** Origin of the emulator. */
  readonly url: string;
  readonly clientKey: string;
  videoCount(): number;
}

interface UserField {
  readonly scope: string;
  read(user: EmulatorUser, context: UserContext): string | number | boolean;
}

/** What `user/info` can be asked for, and the scope each field needs. Source: TikTok's `tiktok-api-v2-get-user-info`. */
export const USER_FIELDS: ReadonlyMap<string, UserField> = new Map<string, UserField>([
  ['open_id', { scope: 'user.info.basic', read: (user, { clientKey }) => openIdOf(user, clientKey) }],
  ['union_id', { scope: 'user.info.basic', read: (user) => user.unionId }],
  ['avatar_url', { scope: 'user.info.basic', read: (user, { url }) => avatarUrlOf(user, 168, url) }],
  ['avatar_url_100', { scope: 'user.info.basic', read: (user, { url }) => avatarUrlOf(user, 100, url) }],
  ['avatar_large_url', { scope: 'user.info.basic', read: (user, { url }) => avatarUrlOf(user, 720, url) }],
  ['display_name', { scope: 'user.info.basic', read: (user) => user.displayName }],
  ['bio_description', { scope: 'user.info.profile', read: (user) => user.bio }],
  ['profile_deep_link', { scope: 'user.info.profile', read: (user, { url }) => `${url}/@${user.username}` }],
  ['profile_web_link', { scope: 'user.info.profile', read: (user, { url }) => `${url}/@${user.username}` }],
  ['is_verified', { scope: 'user.info.profile', read: (user) => user.isVerified }],
  ['username', { scope: 'user.info.profile', read: (user) => user.username }],
  ['follower_count', { scope: 'user.info.stats', read: (user) => user.followerCount }],
  ['following_count', { scope: 'user.info.stats', read: (user) => user.followingCount }],
  ['likes_count', { scope: 'user.info.stats', read: (user) => user.likesCount }],
  ['video_count', { scope: 'user.info.stats', read: (_user, { videoCount }) => videoCount() }],
]);
