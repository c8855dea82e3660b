import { createHash } from 'node:crypto';
import {
  describe,
  optionError,
  readArray,
  readBoolean,
  readInteger,
  readRecord,
  readText,
  readToken,
} from './check.js';
import type { OneOrMore } from './client.js';
import { readScopes } from './scopes.js';
import { type EmulatorVideoOptions, readVideoPlan, type VideoPlan } from './videos/video.js';

/** A TikTok account to put into the emulator. Counts are whole numbers, 0 by default. */
export interface EmulatorUserOptions {
  /** Any text of 1 to 200 characters; it may hold markup, which a page must escape. */
  displayName: string;
  /** 1 to 24 of `A-Z a-z 0-9 . _`, not starting or ending with a dot. Default: made from the display name. */
  username?: string | undefined;
  /** The same `open_id` for every client. Default: one for each client, made from username and client key. */
  openId?: string | undefined;
  /** The id that all apps of one developer share. Default: made from the username. */
  unionId?: string | undefined;
  /** An absolute http(s) URL. Default: a picture with the initials, served by the emulator in three sizes. */
  avatarUrl?: string | undefined;
  bio?: string | undefined;
  isVerified?: boolean | undefined;
  followerCount?: number | undefined;
  followingCount?: number | undefined;
  likesCount?: number | undefined;
  /** What `video_count` says to begin with. Default: the number of public videos. */
  videoCount?: number | undefined;
  /** Videos, or how many to make up, up to 100,000. Default: as many as `videoCount` says, up to 1,000. */
  videos?: number | readonly EmulatorVideoOptions[] | undefined;
  /** Scopes this person leaves unticked, whichever app asks. Default: none. */
  deniedScopes?: readonly string[] | undefined;
  /** An account that TikTok has banned: it cannot sign in, and its tokens are dead. Default `false`. */
  banned?: boolean | undefined;
}

/** An account of the emulator, with the defaults filled in. */
export interface EmulatorUser {
  readonly displayName: string;
  readonly username: string;
  /** The `open_id` each client sees, by client key: TikTok gives every app its own. */
  readonly openIds: Readonly<Record<string, string>>;
  readonly unionId: string;
  readonly avatarUrl: string | undefined;
  readonly bio: string;
  readonly isVerified: boolean;
  readonly followerCount: number;
  readonly followingCount: number;
  readonly likesCount: number;
  /** To begin with; videos that are added or removed later change what `video_count` says. */
  readonly videoCount: number;
}

/** All that was said about an account before it was there. */
export interface UserSetup {
  readonly profile: EmulatorUser;
  readonly videos: VideoPlan;
  readonly deniedScopes: readonly string[];
  readonly banned: boolean;
}

const KNOWN = [
  ...['displayName', 'username', 'openId', 'unionId', 'avatarUrl', 'bio', 'isVerified'],
  ...['followerCount', 'followingCount', 'likesCount', 'videoCount', 'videos', 'deniedScopes', 'banned'],
];

/** Videos made up for a `videoCount` alone. */
const MAX_DEFAULT_VIDEOS = 1_000;

const READY_MADE: OneOrMore<EmulatorUserOptions> = [
  {
    displayName: 'Mina Park',
    username: 'minamakes',
    bio: 'Small robots, big soldering iron.',
    isVerified: true,
    followerCount: 128_400,
    followingCount: 312,
    likesCount: 2_750_113,
    videoCount: 87,
  },
  {
    displayName: 'Leo Ferreira',
    username: 'leo.cooks',
    bio: 'Dinner in fifteen minutes.',
    followerCount: 940,
    followingCount: 1_204,
    likesCount: 18_022,
    videoCount: 31,
  },
  // Names like this one break naive code: a diacritic, a space and a character outside the basic plane.
  { displayName: 'Zoë 🌊 Ng', username: 'zoe_ng', followerCount: 3, followingCount: 7, videoCount: 1 },
];

export function readUsers(value: unknown, clientKeys: readonly string[]): OneOrMore<UserSetup> {
  const [first, ...rest] = readArray(value ?? READY_MADE, 'users', 'an array of at least one user');
  const users: [UserSetup, ...UserSetup[]] = [readUser(first, { option: 'users[0]', others: [], clientKeys })];
  rest.forEach((item, index) => {
    const others = users.map(({ profile }) => profile);
    users.push(readUser(item, { option: `users[${index + 1}]`, others, clientKeys }));
  });
  return users;
}

/** Reads one account that is to stand beside `others`: name and ids must be its own. */
export function readUser(
  value: unknown,
  context: { option: string; others: readonly EmulatorUser[]; clientKeys: readonly string[] },
): UserSetup {
  const { option, others, clientKeys } = context;
  const record = readRecord(value, option, KNOWN);
  const displayName = readText(record.displayName, `${option}.displayName`);
  const taken = new Set(others.map((other) => other.username));
  const username = readUsername(record.username, { option: `${option}.username`, displayName, taken });
  const openId = record.openId === undefined ? undefined : readToken(record.openId, `${option}.openId`);
  const count = (name: string) => readInteger(record[name] ?? 0, `${option}.${name}`, { min: 0 });
  const videos = readVideoPlan(record.videos ?? Math.min(count('videoCount'), MAX_DEFAULT_VIDEOS), `${option}.videos`);
  const profile: EmulatorUser = {
    displayName,
    username,
    openIds: Object.fromEntries(clientKeys.map((key) => [key, openId ?? defaultOpenId(username, key)])),
    unionId:
      record.unionId === undefined ? uuidFrom(['union_id', username]) : readToken(record.unionId, `${option}.unionId`),
    avatarUrl: readAvatarUrl(record.avatarUrl, `${option}.avatarUrl`),
    bio: record.bio === undefined ? '' : readText(record.bio, `${option}.bio`),
    isVerified: readBoolean(record.isVerified ?? false, `${option}.isVerified`),
    followerCount: count('followerCount'),
    followingCount: count('followingCount'),
    likesCount: count('likesCount'),
    videoCount: record.videoCount === undefined ? videos.publicCount : count('videoCount'),
  };
  refuseSharedOpenId(profile, { option, others, clientKeys });
  return {
    profile,
    videos,
    deniedScopes: readScopes(record.deniedScopes ?? [], `${option}.deniedScopes`),
    banned: readBoolean(record.banned ?? false, `${option}.banned`),
  };
}

function readUsername(value: unknown, context: { option: string; displayName: string; taken: Set<string> }): string {
  const { option, displayName, taken } = context;
  if (value === undefined) return freeUsername(displayName, taken);
  // No dot at either end: the name is a segment of the avatar's path, where `..` would mean something else.
  if (typeof value !== 'string' || !/^\w([\w.]{0,22}\w)?$/.test(value)) {
    throw optionError(option, { got: describe(value), takes: '1 to 24 of A-Z a-z 0-9 . _, without a dot at the ends' });
  }
  if (taken.has(value)) {
    throw optionError(option, { got: `${describe(value)} a second time`, takes: 'a name of its own for each user' });
  }
  return value;
}

function freeUsername(displayName: string, taken: Set<string>): string {
  const plain = displayName.normalize('NFKD').toLowerCase();
  const base = plain.replace(/[^a-z0-9]/g, '').slice(0, 18) || 'user';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
  return name;
}

function readAvatarUrl(value: unknown, option: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^https?:\/\/\S+$/.test(value) && URL.canParse(value)) return value;
  throw optionError(option, { got: describe(value), takes: 'an absolute http(s) URL' });
}

function refuseSharedOpenId(
  user: EmulatorUser,
  context: { option: string; others: readonly EmulatorUser[]; clientKeys: readonly string[] },
): void {
  const { option, others, clientKeys } = context;
  const shared = clientKeys.find((key) => others.some((other) => other.openIds[key] === user.openIds[key]));
  if (shared === undefined) return;
  throw optionError(`${option}.openId`, {
    got: `${describe(user.openIds[shared])} a second time`,
    takes: 'an id of its own for each user',
  });
}

/** The id under which `clientKey` knows the user. */
export function openIdOf(user: EmulatorUser, clientKey: string): string {
  return user.openIds[clientKey] ?? defaultOpenId(user.username, clientKey);
}

function defaultOpenId(username: string, clientKey: string): string {
  return uuidFrom(['open_id', clientKey, username]);
}

/** The same id in every run, so that a test can be written against it; TikTok's samples are UUIDs too. */
function uuidFrom(parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
