import { describe, expect, test } from 'vitest';
import { authorizationUrl, startEmulator, WEB } from './test-support.js';

const HOSTILE = '<script>alert(1)</script>';

describe('the consent page', () => {
  test('shows app, accounts, each scope with a toggle, and both buttons', async () => {
    const emulator = await startEmulator();
    const response = await fetch(authorizationUrl(emulator, { scope: 'user.info.basic,video.list' }));
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('Example App wants to access your TikTok account');
    for (const user of emulator.users) expect(page).toContain(`value="${user.username}"`);
    expect(page.match(/role="switch"/g)).toHaveLength(2);
    expect(page).toContain('Read your public videos');
    expect(page).toMatch(/value="authorize">Authorize</);
    expect(page).toMatch(/value="cancel">Cancel</);
    expect(page).toContain('This is not TikTok');
  });

  test('offers no choice where there is one account', async () => {
    const emulator = await startEmulator({ users: [{ displayName: 'Ann', username: 'ann' }] });
    const page = await (await fetch(authorizationUrl(emulator))).text();
    expect(page).toContain('<input type="hidden" name="user" value="ann">');
    expect(page).not.toContain('type="radio"');
  });

  test('loads nothing from elsewhere, cannot be framed or kept, and leaves the redirect to the app open', async () => {
    const emulator = await startEmulator();
    const response = await fetch(authorizationUrl(emulator));
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('form-action');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/(src|href|action)="(https?:)?\/\//);
  });

  test('escapes every name it shows', async () => {
    const emulator = await startEmulator({
      clients: [{ clientKey: 'aw1', clientSecret: 's', name: HOSTILE, redirectUris: [WEB] }],
      users: [{ displayName: HOSTILE }, { displayName: `"><img src=x onerror=alert(1)>` }],
    });
    const url = authorizationUrl(emulator, { redirect_uri: WEB, state: HOSTILE });
    const page = await (await fetch(url)).text();
    expect(page).not.toMatch(/<script|<img src=x/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('opens without the trailing slash too, unlike the API', async () => {
    const emulator = await startEmulator();
    const response = await fetch(authorizationUrl(emulator).replace('/authorize/?', '/authorize?'));
    expect(response.status).toBe(200);
  });

  test('asks for no PKCE where the redirect is a web one', async () => {
    const emulator = await startEmulator();
    const changes = { redirect_uri: WEB, code_challenge: undefined, code_challenge_method: undefined };
    expect((await fetch(authorizationUrl(emulator, changes))).status).toBe(200);
  });
});

describe('"Something went wrong"', () => {
  test.each([
    ['client_key', { client_key: undefined }],
    ['client_key', { client_key: 'awnobody' }],
    ['redirect_uri', { redirect_uri: undefined }],
    ['redirect_uri', { redirect_uri: 'https://evil.example/cb' }],
    ['redirect_uri', { redirect_uri: 'http://localhost:3000/auth/tiktok/callback/' }],
    ['response_type', { response_type: 'token' }],
    ['scope', { scope: undefined }],
    ['scope', { scope: 'video.publish' }],
    ['scope', { scope: 'user.info.basic video.list' }],
    ['scope', { scope: 'user.info.basic,' }],
    ['state', { state: '' }],
    ['code_challenge', { code_challenge: undefined }],
    ['code_challenge', { code_challenge: 'short' }],
    ['code_challenge_method', { code_challenge_method: undefined }],
    ['code_challenge_method', { code_challenge_method: 'plain' }],
  ])('names %s for %j and does not redirect', async (parameter, changes) => {
    const emulator = await startEmulator();
    const response = await fetch(authorizationUrl(emulator, changes), { redirect: 'manual' });
    const page = await response.text();
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(page).toContain('Something went wrong');
    expect(page).toContain(`<code>${parameter}</code>`);
    expect(page).toContain(response.headers.get('x-tt-logid'));
    expect(emulator.requests()[0]).toMatchObject({ operation: 'authorize', status: 400, error: parameter });
  });

  test('tells an OAuth client from the shelf that the name is client_key', async () => {
    const emulator = await startEmulator();
    const url = `${authorizationUrl(emulator, { client_key: undefined })}&client_id=awemulatorclientkey`;
    expect(await (await fetch(url)).text()).toContain('client_key, not client_id');
  });

  test.each(['&scope=video.list', '&state=%zz'])('refuses %s added to a good query', async (addition) => {
    const emulator = await startEmulator();
    expect((await fetch(authorizationUrl(emulator) + addition)).status).toBe(400);
  });

  test('escapes what it repeats', async () => {
    const emulator = await startEmulator();
    const page = await (await fetch(authorizationUrl(emulator, { scope: HOSTILE }))).text();
    expect(page).not.toContain('<script');
  });
});
