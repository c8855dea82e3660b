import { expect, test } from 'vitest';
import { initialsOf } from './avatar.js';
import { startEmulator } from './test-support.js';

test('serves a picture of each size that any page may show', async () => {
  const emulator = await startEmulator();
  for (const size of [100, 168, 720]) {
    const response = await fetch(`${emulator.url}/avatars/${emulator.users[0].username}/${size}.svg`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.text()).toContain(`width="${size}"`);
  }
});

test.each([
  '/avatars/nobody/100.svg',
  '/avatars/minamakes/101.svg',
  '/avatars/',
  '/avatars/%/100.svg',
  '/avatars/../x',
])('%s is a JSON 404', async (path) => {
  const emulator = await startEmulator();
  const response = await fetch(emulator.url + path);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'not_found', log_id: expect.any(String) } });
});

test.each([
  ['Mina Park', 'MP'],
  ['Zoë 🌊 Ng', 'ZN'],
  ['<script>alert(1)</script>', 'SA'],
  ['🌊', '?'],
  ['\u0000\u0001', '?'],
  ['ßtrange', 'SS'],
  ['李 小龍', '李小'],
])('the initials of %j are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
