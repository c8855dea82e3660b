import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeClock } from '../test-support.js';
import { readVideoPlan } from './video.js';
import { createVideos, type Videos } from './videos.js';

function setUp(videos: unknown) {
  const clock = fakeClock();
  const plan = readVideoPlan(videos, 'videos');
  return { clock, store: createVideos({ username: 'ann', plan, now: clock.now }) };
}

/** Every page, by following the cursor. */
function walk(store: Videos, limit: number): string[] {
  const ids: string[] = [];
  for (let before: number | undefined; ; ) {
    const { videos, hasMore } = store.page({ before, limit });
    ids.push(...videos.map(({ id }) => id));
    before = videos.at(-1)?.createTime.getTime();
    if (!hasMore) return ids;
  }
}

test('pages hold everything public once, newest first, whatever times the videos share', () => {
  const video = fc.record({
    createTime: fc.integer({ min: 0, max: 3 }).map((second) => new Date(second * 1_000)),
    visibility: fc.constantFrom('public', 'private'),
  });
  fc.assert(
    fc.property(fc.array(video, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (videos, limit) => {
      const { store } = setUp(videos);
      const visible = store.all().filter(({ visibility }) => visibility === 'public');
      expect(walk(store, limit)).toEqual(visible.map(({ id }) => id));
      expect(visible).toHaveLength(videos.filter(({ visibility }) => visibility === 'public').length);
      const times = store.all().map(({ createTime }) => createTime.getTime());
      expect(times).toEqual(times.toSorted((left, right) => right - left));
    }),
  );
});

test('a hundred thousand are at most eight years old', () => {
  const { clock, store } = setUp(100_000);
  expect(store.publicCount()).toBe(100_000);
  const oldest = store.all().at(-1)?.createTime.getTime() ?? 0;
  expect(clock.now() - oldest).toBeLessThanOrEqual(8 * 365 * 86_400_000);
});

test('those added later are the newest, unless they say otherwise', () => {
  const { clock, store } = setUp(3);
  clock.advanceSeconds(60);
  const added = store.add(2);
  store.add([{ id: '5', createTime: new Date(0) }]);
  expect(added[0]?.createTime.getTime()).toBe(clock.now());
  const ids = store.all().map(({ id }) => id);
  expect(ids.slice(0, 2)).toEqual(added.map(({ id }) => id));
  expect(ids.at(-1)).toBe('5');
  expect(store.publicCount()).toBe(6);
});

test('an id that is taken refuses all that came with it', () => {
  const { store } = setUp([{ id: '1' }]);
  expect(() => store.add([{ id: '2' }, { id: '1' }])).toThrow(/videos\[1\]\.id is "1" a second time/);
  expect(store.all()).toHaveLength(1);
});

test('what is removed or private cannot be found', () => {
  const { store } = setUp([{ id: '1' }, { id: '2', visibility: 'private' }]);
  expect(store.find('1')?.id).toBe('1');
  expect(store.find('2')).toBeUndefined();
  expect([store.remove('1'), store.remove('1')]).toEqual([true, false]);
  expect(store.find('1')).toBeUndefined();
});
