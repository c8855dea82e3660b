import { expect, test } from 'vitest';
import type { Emulator } from './index.js';
import {
  authorizationUrl,
  fakeClock,
  getUserInfo,
  LOOPBACK,
  requestToken,
  startEmulator,
  VERIFIER,
} from './test-support.js';

/** What a browser knows after it opened the page. */
async function openPage(emulator: Emulator, changes: Record<string, string | undefined> = {}) {
  const page = await (await fetch(authorizationUrl(emulator, changes))).text();
  const request = /name="request" value="(\w+)"/.exec(page)?.[1] ?? '';
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? '';
  return { request, action: emulator.url + action };
}

async function decide(page: { request: string; action: string }, fields: [string, string][]) {
  const body = new URLSearchParams([['request', page.request], ...fields]);
  const response = await fetch(page.action, { method: 'POST', body, redirect: 'manual' });
  const location = response.headers.get('location');
  return { response, location, callback: location === null ? undefined : new URL(location) };
}

const AUTHORIZE: [string, string][] = [
  ['user', 'leo.cooks'],
  ['scope', 'user.info.basic'],
  ['decision', 'authorize'],
];

test('"Authorize" sends the browser back with a code, the scopes granted and the state', async () => {
  const emulator = await startEmulator();
  const page = await openPage(emulator, { scope: 'user.info.basic,video.list' });
  const { response, location, callback } = await decide(page, AUTHORIZE);
  expect(response.status).toBe(303);
  expect(location?.startsWith(`${LOOPBACK}?`)).toBe(true);
  expect([...(callback?.searchParams.keys() ?? [])]).toEqual(['code', 'scopes', 'state']);
  expect(callback?.searchParams.get('scopes')).toBe('user.info.basic');
  expect(callback?.searchParams.get('state')).toBe('state-of-this-browser');
  expect(callback?.searchParams.get('code')).toMatch(/^\w+\*1!\d{4}\.va$/);
  // Percent-encoded as in real callbacks, so that a client which forgets to decode is found out.
  expect(location).toMatch(/code=\w+%2A1%21\d{4}\.va/);
});

test('the account chosen is the one signed in', async () => {
  const emulator = await startEmulator();
  const { callback } = await decide(await openPage(emulator), AUTHORIZE);
  const { body } = await requestToken(emulator, {
    grant_type: 'authorization_code',
    code: callback?.searchParams.get('code') ?? '',
    redirect_uri: LOOPBACK,
    code_verifier: VERIFIER,
  });
  const info = await getUserInfo(emulator, String(body.access_token), 'display_name');
  expect(info.body.data).toEqual({ user: { display_name: 'Leo Ferreira' } });
});

test('"Cancel" sends it back with access_denied and the state', async () => {
  const emulator = await startEmulator();
  const { callback } = await decide(await openPage(emulator), [...AUTHORIZE.slice(0, 2), ['decision', 'cancel']]);
  expect(Object.fromEntries(callback?.searchParams ?? [])).toEqual({
    error: 'access_denied',
    error_description: expect.any(String),
    state: 'state-of-this-browser',
  });
});

test('all scopes unticked is a refusal', async () => {
  const emulator = await startEmulator();
  const { callback } = await decide(await openPage(emulator), [
    ['user', 'leo.cooks'],
    ['decision', 'authorize'],
  ]);
  expect(callback?.searchParams.get('error')).toBe('access_denied');
  expect(callback?.searchParams.has('code')).toBe(false);
});

test.each(['<script>alert(1)</script>', 'a b+c&d=e%20#f', 'ünï 🌊', '\r\nset-cookie: x=1', '"\'\0', 'x'.repeat(4_000)])(
  'the state %j comes back as it was',
  async (state) => {
    const emulator = await startEmulator();
    const page = await openPage(emulator, { state });
    const { callback, location } = await decide(page, AUTHORIZE);
    expect(callback?.searchParams.get('state')).toBe(state);
    expect(location).toMatch(/^[\x21-\x7e]+$/);
  },
);

test('a page is answered once', async () => {
  const emulator = await startEmulator();
  const page = await openPage(emulator);
  await decide(page, AUTHORIZE);
  const again = await decide(page, AUTHORIZE);
  expect(again.response.status).toBe(400);
  expect(again.location).toBeNull();
});

test('a page is answered within ten minutes', async () => {
  const clock = fakeClock();
  const emulator = await startEmulator({ now: clock.now });
  const page = await openPage(emulator);
  clock.advanceSeconds(600);
  expect((await decide(page, AUTHORIZE)).response.status).toBe(400);
});

test.each([
  ['request', [['request', 'made-up'], ...AUTHORIZE]],
  ['user', [['user', 'nobody'], ...AUTHORIZE.slice(1)]],
  ['scope', [...AUTHORIZE, ['scope', 'video.list']]],
  ['decision', [...AUTHORIZE.slice(0, 2), ['decision', 'maybe']]],
] as [string, [string, string][]][])('a forged %s is refused without a redirect', async (parameter, fields) => {
  const emulator = await startEmulator();
  const page = await openPage(emulator);
  const { response, location } = await decide(parameter === 'request' ? { ...page, request: '' } : page, fields);
  expect(response.status).toBe(400);
  expect(location).toBeNull();
  expect(await response.text()).toContain(`<code>${parameter}</code>`);
});

test('a decision that is not a form is refused', async () => {
  const emulator = await startEmulator();
  const { action } = await openPage(emulator);
  const response = await fetch(action, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  expect(response.status).toBe(400);
});
