import type { Site } from './operation.js';

/** TikTok's own two hosts, which the emulator stands in for where no socket is involved. */
const TIKTOK: ReadonlyMap<string, Site> = new Map([
  ['https://www.tiktok.com', 'www'],
  ['https://open.tiktokapis.com', 'api'],
]);

type Destination =
  | { readonly kind: 'emulator' }
  | { readonly kind: 'tiktok'; readonly site: Site }
  | { readonly kind: 'elsewhere'; readonly problem: string };

/** Where a URL of this origin leads, seen from an emulator at `url`. */
export function siteOf(origin: string, url: string): Destination {
  if (origin === url) return { kind: 'emulator' };
  const site = TIKTOK.get(origin);
  if (site !== undefined) return { kind: 'tiktok', site };
  const places = [url, ...TIKTOK.keys()].join(', ');
  return { kind: 'elsewhere', problem: `${origin} is not this emulator, which answers for ${places}.` };
}
