import { describe, expect, test } from 'vitest';
import { readVideoPlan } from './video.js';

const place = { username: 'ann', first: 0, createdAt: (index: number) => 1_000_000 - index };

describe('made-up videos', () => {
  test('have ids of 19 digits, more than a number holds, each its own', () => {
    const videos = readVideoPlan(1_000, 'videos').make(place);
    for (const { id } of videos) {
      expect(id).toMatch(/^7\d{18}$/);
      expect(String(Number(id))).not.toBe(id);
    }
    expect(new Set(videos.map(({ id }) => id)).size).toBe(1_000);
  });

  test('are the same in every run, and others for other accounts', () => {
    const make = (username: string) => readVideoPlan(20, 'videos').make({ ...place, username });
    expect(make('ann')).toEqual(make('ann'));
    expect(make('bob').map(({ id }) => id)).not.toEqual(make('ann').map(({ id }) => id));
  });

  test('go on where others ended', () => {
    const all = readVideoPlan(5, 'videos').make(place);
    const rest = readVideoPlan(3, 'videos').make({ ...place, first: 2 });
    expect(rest.map(({ id }) => id)).toEqual(all.slice(2).map(({ id }) => id));
  });
});

test('what is given stays, what is not is made up', () => {
  const createTime = '2026-05-01T10:00:00Z';
  const plan = readVideoPlan(
    [{ id: '7', title: '', createTime, viewCount: 5, visibility: 'private' }, { isAigc: true }],
    'videos',
  );
  expect(plan.publicCount).toBe(1);
  const [given, made] = plan.make(place);
  expect(given).toMatchObject({ id: '7', title: '', createTime: new Date(createTime), viewCount: 5 });
  expect(given?.visibility).toBe('private');
  expect(made).toMatchObject({ isAigc: true, visibility: 'public', createTime: new Date(999_999) });
});

test.each([
  [-1, /videos is -1; it takes a whole number 0 to 100000/],
  [100_001, /videos is 100001/],
  ['5', /videos is "5"; it takes a number, or an array, of up to 100,000 videos/],
  [[{ id: 7 }], /videos\[0\]\.id is 7; it takes a string of 1 to 19 digits/],
  [[{ id: '1' }, { id: '1' }], /videos\[1\]\.id is "1" a second time/],
  [[{ title: 'x'.repeat(151) }], /videos\[0\]\.title is text of 151 characters; it takes text of up to 150/],
  [[{ createTime: 'yesterday' }], /videos\[0\]\.createTime is "yesterday"; it takes a Date, or text like/],
  [[{ viewCount: -1 }], /videos\[0\]\.viewCount is -1/],
  [[{ views: 1 }], /videos\[0\] has no "views"/],
  [[{ visibility: 'friends' }], /videos\[0\]\.visibility is "friends"; it takes 'public' or 'private'/],
])('%j is refused by name', (value, message) => {
  expect(() => readVideoPlan(value, 'videos')).toThrow(message);
});
