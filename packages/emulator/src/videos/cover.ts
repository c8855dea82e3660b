import { createHash } from 'node:crypto';
import { envelopeError } from '../answer.js';
import { fieldOf } from '../form.js';
import { html } from '../html.js';
import type { Operation } from '../operation.js';
import { sameSecret } from '../same-secret.js';

/** TikTok's `tiktok-api-v2-video-object` gives a cover's link six hours; `video/query` renews it. */
const COVER_LIFETIME_MS = 6 * 60 * 60_000;

/** `GET /covers/<username>/<id>.svg?x-expires=...`: the picture of a video, until its link runs out. */
export const cover: Operation = {
  name: 'cover',
  methods: ['GET', 'HEAD'],
  errorShape: 'envelope',
  matches: (path) => path.startsWith('/covers/'),
  run(call, world) {
    const { logId } = call;
    const [, username = '', id = ''] = /^\/covers\/([\w.]+)\/(\d{1,19})\.svg$/.exec(call.path) ?? [];
    if (world.users.find(username)?.videos.find(id) === undefined) {
      return envelopeError(404, { code: 'not_found', message: 'There is no such picture.', logId });
    }
    const expires = call.query === undefined ? undefined : fieldOf(call.query, 'x-expires');
    const signature = call.query === undefined ? undefined : fieldOf(call.query, 'x-signature');
    const isOurs = signature !== undefined && sameSecret(signature, sign({ username, id, expires: String(expires) }));
    if (!isOurs || world.now() >= Number(expires) * 1_000) {
      return envelopeError(403, { code: 'link_expired', message: 'The link to this picture has expired.', logId });
    }
    return {
      status: 200,
      headers: {
        'content-type': 'image/svg+xml; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      },
      body: drawCover(id),
    };
  },
};

/** A link that works for six hours from `now` (epoch milliseconds). */
export function coverUrlOf(cover: { username: string; id: string; url: string; now: number }): string {
  const { username, id, url, now } = cover;
  const expires = String(Math.floor((now + COVER_LIFETIME_MS) / 1_000));
  const signature = sign({ username, id, expires });
  return `${url}/covers/${username}/${id}.svg?x-expires=${expires}&x-signature=${signature}`;
}

/** No secret in it: it guards nothing, it only finds out who changes a link by hand. */
function sign(cover: { username: string; id: string; expires: string }): string {
  const digest = createHash('sha256').update(JSON.stringify([cover.username, cover.id, cover.expires]));
  return digest.digest('hex').slice(0, 24);
}

function drawCover(id: string): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="360" height="640" viewBox="0 0 36 64">
<rect width="36" height="64" fill="#161823"/>
<path d="M14 24v16l13-8z" fill="#25f4ee"/>
<text x="18" y="58" text-anchor="middle" font-family="system-ui, sans-serif" font-size="3" fill="#fff">${id}</text>
</svg>
`.toString();
}
