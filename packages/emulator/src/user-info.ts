import { type Answer, envelope, envelopeError } from './answer.js';
import { admitApiCall, scopeNotAuthorized } from './api-call.js';
import { readFields } from './fields.js';
import type { GrantHolder } from './grants.js';
import type { Call, Operation } from './operation.js';
import { USER_FIELDS } from './user-fields.js';
import type { World } from './world.js';

/** `GET /v2/user/info/?fields=...`. Source: TikTok's `tiktok-api-v2-get-user-info`. */
export const userInfo: Operation = {
  name: 'user_info',
  methods: ['GET'],
  errorShape: 'envelope',
  matches: (path) => path === '/v2/user/info/',
  run(call, world) {
    const admission = admitApiCall(call, { world, operation: 'user_info' });
    return admission.kind === 'refused' ? admission.answer : answerFields(call, { holder: admission.holder, world });
  },
};

function answerFields(call: Call, context: { holder: GrantHolder; world: World }): Answer {
  const { holder, world } = context;
  const fields = readFields(call, (name) => USER_FIELDS.has(name) && !isLeftOut(name, world));
  if (fields.kind === 'refused') return fields.answer;

  const { user, clientKey } = holder;
  const videoCount = () => world.users.find(user.username)?.videoCount() ?? user.videoCount;
  const answered: [name: string, value: string | number | boolean][] = [];
  const missing = new Set<string>();
  for (const name of fields.names) {
    const field = USER_FIELDS.get(name);
    if (field === undefined) continue;
    if (holder.scopes.includes(field.scope)) {
      answered.push([name, field.read(user, { url: world.url, clientKey, videoCount })]);
    } else {
      missing.add(field.scope);
    }
  }
  if (missing.size > 0) return missingScopes(call, { missing, world });
  return envelope({ user: Object.fromEntries(answered) }, call.logId);
}

/** TikTok's list has a code of its own for this; people who ask for `username` with the basic scope get the other. */
function missingScopes(call: Call, context: { missing: ReadonlySet<string>; world: World }): Answer {
  const { missing, world } = context;
  switch (world.rules.missingFieldScope) {
    case 'scope_not_authorized':
      return scopeNotAuthorized(call, missing);
    case 'scope_permission_missed': {
      const message = `Additional scopes are needed for the fields of this request: ${[...missing].join(', ')}.`;
      return envelopeError(400, { code: 'scope_permission_missed', message, logId: call.logId });
    }
  }
}

/** `profile_web_link` is named in TikTok's table of scopes and missing in its table of fields. */
function isLeftOut(name: string, world: World): boolean {
  return name === 'profile_web_link' && !world.rules.uncertainFields.has(name);
}
