import { describe, optionError, readBoolean, readChoice, readInstant, readInteger, readRecord } from '../check.js';
import { madeUpVideo } from './made-up-video.js';

/** A video to put into an account. All of it is optional; counts are whole numbers. */
export interface EmulatorVideoOptions {
  /** 1 to 19 digits. Default: 19 digits, made from username and position. */
  id?: string | undefined;
  /** When it was posted: a `Date`, or ISO 8601 text. Default: some time before the emulator started, or now if added later. */
  createTime?: Date | string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  /** Whole seconds. */
  durationSeconds?: number | undefined;
  /** Pixels. */
  width?: number | undefined;
  height?: number | undefined;
  likeCount?: number | undefined;
  commentCount?: number | undefined;
  shareCount?: number | undefined;
  viewCount?: number | undefined;
  isAigc?: boolean | undefined;
  /** The API shows public videos only. Default `'public'`. */
  visibility?: 'public' | 'private' | undefined;
}

/** A video of the emulator, with the defaults filled in. */
export interface EmulatorVideo {
  /** TikTok's ids have 19 digits: more than a JavaScript number holds. */
  readonly id: string;
  readonly createTime: Date;
  readonly title: string;
  readonly description: string;
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly likeCount: number;
  readonly commentCount: number;
  readonly shareCount: number;
  readonly viewCount: number;
  readonly isAigc: boolean;
  readonly visibility: 'public' | 'private';
}

/** Videos that were asked for and not made yet. */
export interface VideoPlan {
  readonly publicCount: number;
  /**
   * Makes them.
   *
   * @param place - Whose they are, the position of the first among all of that account, and when the one at an index was
   * posted unless it says so itself (epoch milliseconds).
   */
  make(place: VideoPlace): EmulatorVideo[];
}

interface VideoPlace {
  readonly username: string;
  readonly first: number;
  createdAt(index: number, count: number): number;
}

const MAX_VIDEOS = 100_000;
/** TikTok's limit for title and description. */
const MAX_TEXT = 150;

const KNOWN = [
  ...['id', 'createTime', 'title', 'description', 'durationSeconds', 'width', 'height', 'likeCount', 'commentCount'],
  ...['shareCount', 'viewCount', 'isAigc', 'visibility'],
];

/** Reads videos, or a number of videos to make up. */
export function readVideoPlan(value: unknown, option: string): VideoPlan {
  if (typeof value === 'number') {
    const count = readInteger(value, option, { min: 0, max: MAX_VIDEOS });
    return {
      publicCount: count,
      make: (place) => Array.from({ length: count }, (_, index) => at(place, index, count)),
    };
  }
  if (!Array.isArray(value) || value.length > MAX_VIDEOS) {
    const takes = 'a number, or an array, of up to 100,000 videos';
    throw optionError(option, { got: describe(value), takes });
  }
  const items: unknown[] = value;
  const given = items.map((item, index) => readVideo(item, `${option}[${index}]`));
  given.forEach(({ id }, index) => {
    if (id === undefined || given.findIndex((other) => other.id === id) === index) return;
    const got = `${describe(id)} a second time`;
    throw optionError(`${option}[${index}].id`, { got, takes: 'an id of its own for each video' });
  });
  return {
    publicCount: given.filter(({ visibility }) => visibility !== 'private').length,
    make: (place) => given.map((video, index) => ({ ...at(place, index, given.length), ...video })),
  };
}

function at({ username, first, createdAt }: VideoPlace, index: number, count: number): EmulatorVideo {
  return madeUpVideo({ username, position: first + index, createTime: new Date(createdAt(index, count)) });
}

/** The properties that were given, and no others. */
function readVideo(value: unknown, option: string): Partial<EmulatorVideo> {
  const record = readRecord(value, option, KNOWN);
  const given = <Name extends keyof EmulatorVideo>(
    name: Name,
    read: (value: unknown, option: string) => EmulatorVideo[Name],
  ): { [Key in Name]?: EmulatorVideo[Name] } => {
    const video: { [Key in Name]?: EmulatorVideo[Name] } = {};
    if (record[name] !== undefined) video[name] = read(record[name], `${option}.${name}`);
    return video;
  };
  const count = (item: unknown, name: string) => readInteger(item, name, { min: 0 });
  return {
    ...given('id', readVideoId),
    ...given('createTime', readInstant),
    ...given('title', readVideoText),
    ...given('description', readVideoText),
    ...given('durationSeconds', count),
    ...given('width', count),
    ...given('height', count),
    ...given('likeCount', count),
    ...given('commentCount', count),
    ...given('shareCount', count),
    ...given('viewCount', count),
    ...given('isAigc', readBoolean),
    ...given('visibility', (item, name) => readChoice(item, name, ['public', 'private'])),
  };
}

function readVideoId(value: unknown, option: string): string {
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return value;
  throw optionError(option, { got: describe(value), takes: 'a string of 1 to 19 digits' });
}

function readVideoText(value: unknown, option: string): string {
  if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
  const got = typeof value === 'string' ? `text of ${value.length} characters` : describe(value);
  throw optionError(option, { got, takes: `text of up to ${MAX_TEXT} characters` });
}
