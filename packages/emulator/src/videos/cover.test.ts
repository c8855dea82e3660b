import { expect, test } from 'vitest';
import type { Emulator } from '../index.js';
import { postVideo, signIn, startEmulator } from '../test-support.js';

async function coverUrl(emulator: Emulator): Promise<string> {
  const { accessToken } = await signIn(emulator, { scope: 'user.info.basic,video.list' });
  const { body } = await postVideo(emulator, { path: 'list', accessToken, fields: 'cover_image_url' });
  return /"cover_image_url":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
}

test('the link to a cover works for six hours; asking again renews it', async () => {
  const emulator = await startEmulator({ now: new Date('2026-11-22T12:00:00Z') });
  const url = await coverUrl(emulator);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  emulator.clock.advance(6 * 3_600_000 - 1);
  expect((await fetch(url)).status).toBe(200);
  emulator.clock.advance(1);
  expect((await fetch(url)).status).toBe(403);
  expect((await fetch(await coverUrl(emulator))).status).toBe(200);
});

test('a link that somebody lengthened does not work', async () => {
  const emulator = await startEmulator();
  const url = await coverUrl(emulator);
  expect((await fetch(url.replace(/x-expires=\d/, 'x-expires=9'))).status).toBe(403);
  expect((await fetch(url.replace(/\?.*/, ''))).status).toBe(403);
  expect((await fetch(url.replace(/\d{19}/, '7'))).status).toBe(404);
});
