import { createEmulator, type Emulator } from '@tt/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './chromium.js';
import { type DemoProcess, freePort, startDemo } from './demo-process.js';
import { openPage, type WatchedPage } from './watched-page.js';

const HOSTILE_NAME = '<script>alert("x")</script>';

let browser: Browser;
let emulator: Emulator;
let demo: DemoProcess;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await launchChromium();
  emulator = await createEmulator({
    users: [{ displayName: 'Mina Park', username: 'minamakes' }, { displayName: HOSTILE_NAME }],
  });
  const port = await freePort();
  const [{ clientKey, clientSecret }] = emulator.clients;
  demo = await startDemo({
    PORT: String(port),
    TIKTOK_CLIENT_KEY: clientKey,
    TIKTOK_CLIENT_SECRET: clientSecret,
    TIKTOK_REDIRECT_URI: `http://localhost:${port}/auth/tiktok/callback`,
    TIKTOK_API_BASE_URL: emulator.url,
    TIKTOK_AUTHORIZE_BASE_URL: emulator.url,
    TIKTOK_SCOPES: 'user.info.basic,user.info.profile',
  });
});

afterAll(async () => {
  await browser?.close();
  await demo?.interrupt();
  await emulator?.close();
});

beforeEach(async () => {
  watched = await openPage(browser);
});

afterEach(() => watched.context.close());

/** From the home page to TikTok's consent page. */
async function toConsent(): Promise<void> {
  const { page } = watched;
  await page.goto(demo.url);
  await page.getByRole('link', { name: 'Continue with TikTok' }).click();
  await page.waitForURL(`${emulator.url}/v2/auth/authorize/**`);
}

const heading = () => watched.page.getByRole('heading', { level: 1 });

describe('a person who signs in', () => {
  it('sees what is asked for, then their profile, and can disconnect', async () => {
    const { page, picture, complaints, context } = watched;
    await page.goto(demo.url);
    expect(await heading().textContent()).toBe('Connect your TikTok account');
    await picture('home');

    await toConsent();
    expect(await page.locator('body').textContent()).toContain('Example App');
    const switches = page.getByRole('switch');
    expect(await switches.count()).toBe(2);
    for (const one of await switches.all()) expect(await one.isChecked()).toBe(true);
    await picture('consent');
    await page.getByRole('button', { name: 'Authorize' }).click();

    await page.waitForURL(`${demo.url}/profile`);
    expect(await heading().textContent()).toBe('Mina Park');
    const avatar = page.getByAltText('Avatar of Mina Park');
    expect(await avatar.getAttribute('src')).toContain(emulator.url);
    await expect.poll(() => avatar.evaluate((image) => Reflect.get(image, 'naturalWidth'))).toBeGreaterThan(0);
    const text = await page.locator('main').textContent();
    expect(text).toContain('@minamakes');
    expect(text).toContain('user.info.basic');
    expect(text).toContain('user.info.profile');
    expect(text).toMatch(/The access token expires on \d{1,2} \w+ \d{4}/);
    await picture('profile');

    // Nothing of the token is within the browser's reach.
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).toBe('{}');
    expect(await page.content()).not.toMatch(/\b(act|rft|clt)\./);
    const [cookie] = await context.cookies(demo.url);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

    const revoked = emulator.count('revoke');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.waitForURL(`${demo.url}/`);
    expect(await page.getByRole('status').textContent()).toBe('Your TikTok account is disconnected.');
    await picture('disconnected');
    expect(emulator.count('revoke')).toBe(revoked + 1);
    await page.goto(`${demo.url}/profile`);
    expect(page.url()).toBe(`${demo.url}/`);
    expect(complaints).toEqual([]);
  });

  it('and whose name holds markup sees it as text', async () => {
    const { page, complaints, picture } = watched;
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await toConsent();
    await page.getByRole('radio', { name: HOSTILE_NAME }).check({ force: true });
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL(`${demo.url}/profile`);
    expect(await heading().textContent()).toBe(HOSTILE_NAME);
    await picture('hostile-name');
    expect(dialogs).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('a person who does not', () => {
  it('cancels, and is told that nothing was shared', async () => {
    const { page, complaints, picture } = watched;
    const tokens = emulator.count('token');
    await toConsent();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${demo.url}/auth/tiktok/callback**`);
    expect(await heading().textContent()).toBe('You cancelled the sign-in');
    await picture('cancelled');
    expect(emulator.count('token')).toBe(tokens);
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.waitForURL(`${emulator.url}/v2/auth/authorize/**`);
    expect(complaints).toEqual([]);
  });

  it('unticks a scope, is told which, and may go on without it', async () => {
    const { page, complaints, picture } = watched;
    await toConsent();
    await page.getByRole('switch').nth(1).uncheck({ force: true });
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL(`${demo.url}/auth/tiktok/callback**`);
    expect(await heading().textContent()).toBe('Not everything was allowed');
    expect(await page.locator('main').textContent()).toContain('Your profile: username, bio and links');
    await picture('scope-unticked');
    await page.getByRole('link', { name: 'Continue without' }).click();
    await page.waitForURL(`${demo.url}/profile`);
    expect(await page.locator('main').textContent()).not.toContain('user.info.profile');
    await page.goto(`${demo.url}/auth/tiktok?again`);
    await page.waitForURL(`${emulator.url}/v2/auth/authorize/**`);
    expect(complaints).toEqual([]);
  });

  it('follows a forged link, and nothing is asked of TikTok', async () => {
    const { page, picture } = watched;
    const tokens = emulator.count('token');
    await toConsent();
    const answer = await page.goto(`${demo.url}/auth/tiktok/callback?code=stolen&state=${'f'.repeat(64)}`);
    expect(answer?.status()).toBe(400);
    expect(await page.locator('main').textContent()).toContain('This sign-in is no longer valid. Please start again.');
    await picture('forged-state');
    expect(emulator.count('token')).toBe(tokens);
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.waitForURL(`${emulator.url}/v2/auth/authorize/**`);
  });
});
