import { describe, optionError } from './check.js';

/**
 * The scopes TikTok has, each in the words of the consent page.
 *
 * Source: TikTok's `tiktok-api-scopes` and `scopes-overview`. A scope that is not here does not exist
 * (`video.create`, named in some guides, does not).
 */
const SCOPES: ReadonlyMap<string, string> = new Map([
  ['user.info.basic', 'Read your profile info (avatar and display name)'],
  ['user.info.profile', 'Read more of your profile (bio, profile link, username, verification)'],
  ['user.info.stats', 'Read your counts (likes, followers, following, videos)'],
  ['video.list', 'Read your public videos'],
  ['video.upload', 'Send drafts to your inbox for you to edit and post'],
  ['video.publish', 'Post to your account'],
  ...['all', 'activity', 'directmessages', 'postsandprofile'].flatMap((part): [string, string][] => [
    [`portability.${part}.single`, `Download a copy of your data once (${part})`],
    [`portability.${part}.ongoing`, `Download copies of your data again and again (${part})`],
  ]),
  ['research.data.basic', 'Use research data'],
  ['research.data.u18eu', 'Use research data on minors in the EU'],
  ['research.data.vra', 'Use research data as a vetted researcher'],
  ['research.adlib.basic', 'Use the ad library'],
  ['local.product.manage', 'Manage your local products'],
  ['local.shop.manage', 'Manage your local shops'],
  ['local.voucher.manage', 'Manage your local vouchers'],
]);

/** A list of scopes that exist; it may be empty. */
export function readScopes(value: unknown, option: string): string[] {
  if (!Array.isArray(value)) throw optionError(option, { got: describe(value), takes: 'an array of scopes' });
  const scopes: unknown[] = value;
  return scopes.map((scope, index) => {
    if (typeof scope === 'string' && SCOPES.has(scope)) return scope;
    throw optionError(`${option}[${index}]`, {
      got: describe(scope),
      takes: `one of ${[...SCOPES.keys()].join(', ')}`,
    });
  });
}

/** What the scope allows, in plain words. */
export function scopeLabel(scope: string): string {
  return SCOPES.get(scope) ?? scope;
}
