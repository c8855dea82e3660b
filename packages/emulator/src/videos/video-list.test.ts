import { describe, expect, test } from 'vitest';
import type { Emulator, EmulatorOptions } from '../index.js';
import { postVideo, readJson, signIn, startEmulator } from '../test-support.js';

const SCOPE = 'user.info.basic,video.list';
const START = new Date('2026-11-22T12:00:00Z');
const FIELDS = [
  ...['id', 'create_time', 'cover_image_url', 'share_url', 'video_description', 'duration', 'height', 'width', 'title'],
  ...['embed_html', 'embed_link', 'like_count', 'comment_count', 'share_count', 'view_count'],
];

async function setUp(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ now: START, ...options });
  const { accessToken } = await signIn(emulator, { scope: SCOPE });
  return { emulator, accessToken };
}

interface Page {
  readonly videos: readonly Record<string, unknown>[];
  readonly cursor: number;
  readonly has_more: boolean;
}

async function list(
  emulator: Emulator,
  request: { accessToken: string; fields?: string; body?: unknown },
): Promise<Page> {
  const { status, body } = await postVideo(emulator, { path: 'list', ...request });
  expect(status).toBe(200);
  return body.data as Page;
}

describe('pages', () => {
  test('following the cursor gives every video once, newest first', async () => {
    const { emulator, accessToken } = await setUp();
    const ids: unknown[] = [];
    const sizes: number[] = [];
    for (let cursor: number | undefined, more = true; more; ) {
      const page = await list(emulator, { accessToken, body: { max_count: 20, cursor } });
      ids.push(...page.videos.map(({ id }) => id));
      sizes.push(page.videos.length);
      ({ cursor, has_more: more } = page);
    }
    expect(sizes).toEqual([20, 20, 20, 20, 7]);
    expect(ids).toEqual(emulator.user('minamakes').videos.map(({ id }) => id));
    expect(emulator.requests({ operation: 'video_list' }).map(({ params }) => params.max_count)).toEqual(
      Array(5).fill('20'),
    );
  });

  test('ten at a time without max_count, and from the newest without a body', async () => {
    const { emulator, accessToken } = await setUp();
    const page = await list(emulator, { accessToken });
    expect(page.videos).toHaveLength(10);
    expect(page.has_more).toBe(true);
    const headers = { authorization: `Bearer ${accessToken}` };
    const url = `${emulator.url}/v2/video/list/?fields=id`;
    const bare = await readJson(await fetch(url, { method: 'POST', headers }));
    expect(bare.body.data).toEqual(page);
  });

  test('a cursor is a time in milliseconds: any one gives what was posted before it', async () => {
    const videos = ['2026-03-01', '2026-02-01', '2026-01-01'].map((day) => ({ createTime: new Date(day) }));
    const { emulator, accessToken } = await setUp({ users: [{ displayName: 'Ann', videos }] });
    const before = async (cursor: string) => {
      const body = { cursor: Date.parse(cursor) };
      return (await list(emulator, { accessToken, body, fields: 'create_time' })).videos;
    };
    expect(await before('2026-02-15')).toEqual(
      ['2026-02-01', '2026-01-01'].map((day) => ({ create_time: Date.parse(day) / 1_000 })),
    );
    expect(await before('2026-02-01')).toHaveLength(1);
    expect(await before('2026-01-01')).toEqual([]);
  });

  test('the end is an empty page without more, and the cursor it was asked with', async () => {
    const { emulator, accessToken } = await setUp({ users: [{ displayName: 'Ann' }] });
    expect(await list(emulator, { accessToken })).toEqual({ videos: [], cursor: 0, has_more: false });
    expect(await list(emulator, { accessToken, body: { cursor: 5 } })).toMatchObject({ cursor: 5 });
  });

  test('private videos are not shown', async () => {
    const videos = [{ id: '3' }, { id: '2', visibility: 'private' as const }, { id: '1' }];
    const { emulator, accessToken } = await setUp({ users: [{ displayName: 'Ann', videos }] });
    expect((await list(emulator, { accessToken })).videos).toEqual([{ id: '3' }, { id: '1' }]);
  });
});

describe('fields', () => {
  test('all of the table are there, each in its type, ids as strings', async () => {
    const { emulator, accessToken } = await setUp();
    const [video] = (await list(emulator, { accessToken, fields: FIELDS.join(',') })).videos;
    const number = expect.any(Number);
    const url = expect.stringMatching(new RegExp(`^${emulator.url}/`));
    expect(video).toEqual({
      id: expect.stringMatching(/^\d{19}$/),
      create_time: START.getTime() / 1_000 - 86_400,
      cover_image_url: url,
      share_url: url,
      video_description: expect.any(String),
      duration: number,
      height: number,
      width: number,
      title: expect.any(String),
      embed_html: expect.stringContaining('<iframe'),
      embed_link: url,
      like_count: number,
      comment_count: number,
      share_count: number,
      view_count: number,
    });
  });

  test('only those asked for', async () => {
    const { emulator, accessToken } = await setUp();
    const page = await list(emulator, { accessToken, fields: 'title,id', body: { max_count: 1 } });
    expect(Object.keys(page.videos[0] ?? {})).toEqual(['title', 'id']);
  });

  test('is_aigc is there when asked for by name', async () => {
    const { emulator, accessToken } = await setUp({ uncertainFields: ['is_aigc'] });
    const page = await list(emulator, { accessToken, fields: 'is_aigc', body: { max_count: 1 } });
    expect(page.videos).toEqual([{ is_aigc: false }]);
  });
});

describe('refusals', () => {
  test.each([
    [{ max_count: 21 }, 'max_count'],
    [{ max_count: 0 }, 'max_count'],
    [{ max_count: '10' }, 'max_count'],
    [{ cursor: '1700000000000' }, 'cursor'],
    [{ cursor: -1 }, 'cursor'],
    [{ cursor: 1.5 }, 'cursor'],
    [[], 'JSON object'],
    [7, 'JSON object'],
  ])('%j is an invalid_params', async (body, message) => {
    const { emulator, accessToken } = await setUp();
    const answer = await postVideo(emulator, { path: 'list', accessToken, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      data: {},
      error: { code: 'invalid_params', message: expect.stringContaining(message) },
    });
  });

  test.each(['', 'id,', 'id, title', 'username', 'is_aigc', 'constructor'])(
    'fields=%s is an invalid_params',
    async (fields) => {
      const { emulator, accessToken } = await setUp();
      const answer = await postVideo(emulator, { path: 'list', accessToken, fields });
      expect(answer.body).toMatchObject({ error: { code: 'invalid_params' } });
    },
  );

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'max_count=5'],
    ['JSON under another name', 'text/plain', '{}'],
    ['half of it', 'application/json', '{"max_count":'],
  ])('%s is no JSON body', async (_name, type, body) => {
    const { emulator, accessToken } = await setUp();
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': type };
    const url = `${emulator.url}/v2/video/list/?fields=id`;
    const answer = await readJson(await fetch(url, { method: 'POST', headers, body }));
    expect(answer.body).toMatchObject({ error: { code: 'invalid_params' } });
  });

  test('without the scope video.list there is nothing to see, whatever else is asked', async () => {
    const emulator = await startEmulator();
    const { accessToken } = await signIn(emulator);
    for (const path of ['list', 'query'] as const) {
      const { status, body } = await postVideo(emulator, { path, accessToken, fields: 'nonsense' });
      expect(status).toBe(401);
      expect(body).toMatchObject({
        error: { code: 'scope_not_authorized', message: expect.stringContaining('video.list') },
      });
    }
  });

  test('without a live token nobody is let in, and GET is not allowed', async () => {
    const { emulator, accessToken } = await setUp();
    for (const path of ['list', 'query'] as const) {
      const { status, body } = await postVideo(emulator, { path, accessToken: `${accessToken}x` });
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: { code: 'access_token_invalid' } });
      expect((await fetch(`${emulator.url}/v2/video/${path}/`)).status).toBe(405);
    }
  });
});
