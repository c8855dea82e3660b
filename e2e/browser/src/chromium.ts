import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * A real headless Chromium, out of an npm package: nothing is downloaded, and no package of the system is needed.
 * `CHROMIUM` names another one to use.
 *
 * The package's own arguments are left out: they are made for a cloud function, and switch web security off.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? (await bundled.executablePath()),
    // Containers and CI run as root, where Chromium's sandbox does not start.
    chromiumSandbox: false,
    args: ['--headless=new', '--disable-gpu', '--disable-quic'],
  });
}
