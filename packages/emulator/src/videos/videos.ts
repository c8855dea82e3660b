import { describe, optionError } from '../check.js';
import { type EmulatorVideo, readVideoPlan, type VideoPlan } from './video.js';

/** The videos of one account, newest first. */
export interface Videos {
  /** All of them, private ones too. */
  all(): readonly EmulatorVideo[];
  /** Public ones posted before an instant (epoch milliseconds), or the newest; and whether more follow. */
  page(request: { before: number | undefined; limit: number }): {
    readonly videos: readonly EmulatorVideo[];
    readonly hasMore: boolean;
  };
  /** The public one with this id. */
  find(id: string): EmulatorVideo | undefined;
  /** Adds videos, or makes up a number of them; posted now where they don't say otherwise. */
  add(value: unknown): readonly EmulatorVideo[];
  /** `false` when there is none with this id. */
  remove(id: string): boolean;
  publicCount(): number;
}

const DAY_MS = 86_400_000;
const LONGEST_PAST_MS = 8 * 365 * DAY_MS;

export function createVideos(context: { username: string; plan: VideoPlan; now: () => number }): Videos {
  const { username, plan, now } = context;
  const startMs = now();
  let made: EmulatorVideo[] | undefined;
  let positions = 0;

  /** Made at the first look, so that an account with many videos costs nothing until then. */
  function videos(): EmulatorVideo[] {
    if (made !== undefined) return made;
    const planned = plan.make({ username, first: 0, createdAt: (index, count) => past(startMs, index, count) });
    positions = planned.length;
    made = inOrder(planned);
    return made;
  }

  return {
    all: videos,
    page({ before, limit }) {
      const list = videos();
      const found: EmulatorVideo[] = [];
      const start = before === undefined ? 0 : list.findIndex((video) => video.createTime.getTime() < before);
      for (const video of start === -1 ? [] : list.slice(start)) {
        if (video.visibility === 'private') continue;
        if (found.length === limit) return { videos: found, hasMore: true };
        found.push(video);
      }
      return { videos: found, hasMore: false };
    },
    find: (id) => videos().find((video) => video.id === id && video.visibility === 'public'),
    add(value) {
      const list = videos();
      const time = now();
      const added = readVideoPlan(value, 'videos').make({
        username,
        first: positions,
        createdAt: (index) => time - index,
      });
      refuseTakenIds(added, list);
      positions += added.length;
      made = inOrder([...list, ...added]);
      return added;
    },
    remove(id) {
      const list = videos();
      const index = list.findIndex((video) => video.id === id);
      if (index !== -1) list.splice(index, 1);
      return index !== -1;
    },
    publicCount: () =>
      made === undefined ? plan.publicCount : made.filter(({ visibility }) => visibility === 'public').length,
  };
}

function refuseTakenIds(added: readonly EmulatorVideo[], list: readonly EmulatorVideo[]): void {
  const taken = new Set(list.map(({ id }) => id));
  const index = added.findIndex(({ id }) => taken.has(id));
  if (index === -1) return;
  throw optionError(`videos[${index}].id`, {
    got: `${describe(added[index]?.id)} a second time`,
    takes: 'an id of its own for each video',
  });
}

/** Newest first, no two in one millisecond: a cursor is a time, and must not skip what shares it. */
function inOrder(videos: readonly EmulatorVideo[]): EmulatorVideo[] {
  let last = Number.POSITIVE_INFINITY;
  return videos
    .toSorted((left, right) => right.createTime.getTime() - left.createTime.getTime())
    .map((video) => {
      const time = video.createTime.getTime();
      last = Math.min(time, last - 1);
      return last === time ? video : { ...video, createTime: new Date(last) };
    });
}

/** Newest first, a day apart, and never more than eight years back however many there are. */
function past(startMs: number, index: number, count: number): number {
  return Math.floor(startMs - (index + 1) * Math.min(DAY_MS, LONGEST_PAST_MS / count));
}
