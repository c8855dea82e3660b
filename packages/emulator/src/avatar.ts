import { envelopeError } from './answer.js';
import { html } from './html.js';
import type { Operation } from './operation.js';
import type { EmulatorUser } from './user.js';

/** Edge lengths in pixels: `avatar_url_100`, `avatar_url`, `avatar_large_url`. */
type AvatarSize = 100 | 168 | 720;

const COLOURS = ['#0b6e8f', '#8a2c5e', '#3d5a1f', '#6a3fa0', '#9a4a12', '#28527a'];

/** `GET /avatars/<username>/<size>.svg`: a picture with the user's initials, for any page to show. */
export const avatar: Operation = {
  name: 'avatar',
  methods: ['GET', 'HEAD'],
  errorShape: 'envelope',
  matches: (path) => path.startsWith('/avatars/'),
  run(call, world) {
    const [, username, size] = /^\/avatars\/([\w.]+)\/(100|168|720)\.svg$/.exec(call.path) ?? [];
    const account = world.users.find(username);
    if (account === undefined) {
      return envelopeError(404, { code: 'not_found', message: 'There is no such picture.', logId: call.logId });
    }
    return {
      status: 200,
      headers: {
        'content-type': 'image/svg+xml; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'content-security-policy': "default-src 'none'; sandbox",
        // TikTok's pictures come from a CDN that every origin may show and read; a canvas needs the second header.
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      },
      body: drawAvatar(account.profile.displayName, Number(size)),
    };
  },
};

export function avatarUrlOf(user: EmulatorUser, size: AvatarSize, url: string): string {
  return user.avatarUrl ?? `${url}${avatarPath(user, size)}`;
}

/** The generated picture, on the emulator's own origin. */
export function avatarPath(user: EmulatorUser, size: AvatarSize): string {
  return `/avatars/${user.username}/${size}.svg`;
}

function drawAvatar(name: string, size: number): string {
  const colour =
    COLOURS[[...name].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % COLOURS.length];
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">
<rect width="100" height="100" fill="${colour ?? 'gray'}"/>
<text x="50" y="50" dy="0.36em" text-anchor="middle" font-family="system-ui, sans-serif" font-size="40" font-weight="600" fill="#fff">${initialsOf(name)}</text>
</svg>
`.toString();
}

/** Up to two letters or digits. Whatever else a name holds could be a character that XML forbids. */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    words
      .slice(0, 2)
      .map((word) => [...word][0]?.toUpperCase() ?? '')
      .join('') || '?'
  );
}
