import type { Answer } from '../answer.js';
import { admitApiCall, invalidParams, scopeNotAuthorized } from '../api-call.js';
import { readFields } from '../fields.js';
import { readJsonBody } from '../json-body.js';
import type { Call } from '../operation.js';
import type { Account } from '../users.js';
import type { World } from '../world.js';
import type { EmulatorVideo } from './video.js';
import { VIDEO_FIELDS } from './video-fields.js';

const SCOPE = 'video.list';

type VideoCall =
  | { readonly kind: 'refused'; readonly answer: Answer }
  | {
      readonly kind: 'read';
      readonly account: Account;
      readonly body: Readonly<Record<string, unknown>>;
      /** The fields asked for, and no others. */
      show(video: EmulatorVideo): Readonly<Record<string, unknown>>;
    };

/** What both video endpoints ask for before they look at their own parameters. */
export function readVideoCall(
  call: Call,
  context: { world: World; operation: 'video_list' | 'video_query' },
): VideoCall {
  const { world, operation } = context;
  const refused = (answer: Answer): VideoCall => ({ kind: 'refused', answer });
  const admission = admitApiCall(call, { world, operation });
  if (admission.kind === 'refused') return admission;
  const { holder } = admission;
  if (!holder.scopes.includes(SCOPE)) return refused(scopeNotAuthorized(call, [SCOPE]));
  const fields = readFields(call, (name) => VIDEO_FIELDS.has(name) && !isLeftOut(name, world));
  if (fields.kind === 'refused') return fields;
  const body = readJsonBody(call);
  if (body.kind === 'malformed') return refused(invalidParams(call, body.problem));
  const { username } = holder.user;
  const account = world.users.find(username);
  if (account === undefined) return refused(invalidParams(call, 'There is no such account.'));
  const show = (video: EmulatorVideo) =>
    Object.fromEntries(
      fields.names.map((name) => [name, VIDEO_FIELDS.get(name)?.(video, { username, url: world.url, now: world.now })]),
    );
  return { kind: 'read', account, body: body.value, show };
}

/** `is_aigc` is in some readings of TikTok's table and not in others. */
function isLeftOut(name: string, world: World): boolean {
  return name === 'is_aigc' && !world.rules.uncertainFields.has(name);
}
