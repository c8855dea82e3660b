import { expect, test } from 'vitest';
import { postVideo, signIn, startEmulator } from '../test-support.js';

const SCOPE = 'user.info.basic,video.list';
const USERS = [
  { displayName: 'Ann', videos: [{ id: '7300000000000000003' }, { id: '7300000000000000002', visibility: 'private' }] },
  { displayName: 'Bob', videos: [{ id: '7300000000000000001' }] },
] as const;

async function setUp() {
  const emulator = await startEmulator({ users: USERS });
  const { accessToken } = await signIn(emulator, { scope: SCOPE });
  const query = (body: unknown) => postVideo(emulator, { path: 'query', accessToken, body });
  return { emulator, query };
}

test("finds the person's own public videos by id, each once, and no others", async () => {
  const { query } = await setUp();
  const ids = ['7300000000000000001', '7300000000000000002', '7300000000000000003'];
  const { status, body } = await query({ filters: { video_ids: [...ids, ...ids, 'nonsense'] } });
  expect(status).toBe(200);
  expect(body).toEqual({
    data: { videos: [{ id: '7300000000000000003' }] },
    error: { code: 'ok', message: '', log_id: expect.any(String) },
  });
});

test('an id sent as a number has lost its last digits, and is refused', async () => {
  const { query } = await setUp();
  // biome-ignore lint/correctness/noPrecisionLoss: that is what happens to such ids
  const { status, body } = await query({ filters: { video_ids: [7300000000000000003] } });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: 'invalid_params', message: expect.stringContaining('a string') } });
});

test.each([
  {},
  { filters: {} },
  { filters: { video_ids: '7300000000000000003' } },
  { filters: { video_ids: [] } },
  { filters: { video_ids: Array.from({ length: 21 }, String) } },
  { video_ids: ['7300000000000000003'] },
  { filters: [] },
])('%j is an invalid_params', async (body) => {
  const { query } = await setUp();
  expect((await query(body)).body).toMatchObject({ error: { code: 'invalid_params' } });
});

test('twenty ids are not too many', async () => {
  const { query } = await setUp();
  expect((await query({ filters: { video_ids: Array.from({ length: 20 }, String) } })).status).toBe(200);
});
