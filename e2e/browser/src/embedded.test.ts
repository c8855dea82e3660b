import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from './chromium.js';
import { type DemoProcess, startDemo } from './demo-process.js';
import { openPage } from './watched-page.js';

let browser: Browser;
let demo: DemoProcess;

beforeAll(async () => {
  browser = await launchChromium();
  demo = await startDemo({ PORT: '0' });
});

afterAll(async () => {
  await browser?.close();
  await demo?.interrupt();
});

it('with nothing configured it says what it is, signs a person in offline, and ends on Ctrl-C', async () => {
  expect(demo.summary).toMatch(
    /^tt demo: http:\/\/localhost:\d+ \| TikTok: embedded emulator at http:\/\/127\.0\.0\.1:\d+ \| tokens: in memory$/,
  );
  const { page, complaints, picture } = await openPage(browser);
  await page.goto(demo.url);
  await page.getByRole('link', { name: 'Continue with TikTok' }).click();
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.waitForURL(`${demo.url}/profile`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Mina Park');
  expect(await page.getByRole('listitem').count()).toBe(3);
  await picture('embedded-profile');
  expect(complaints).toEqual([]);

  await expect(demo.interrupt()).resolves.toBe(0);
  await expect(fetch(demo.url)).rejects.toThrow();
  // What it logged along the way holds no token.
  expect(demo.output()).not.toMatch(/\b(act|rft|clt)\.[A-Za-z0-9]/);
});
