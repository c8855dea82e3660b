import { type Answer, envelope, envelopeError } from './answer.js';
import { fieldOf, repeatedField } from './form.js';
import type { GrantHolder } from './grants.js';
import type { Call, Operation } from './operation.js';
import { USER_FIELDS } from './user-fields.js';

/** `GET /v2/user/info/?fields=...`. Source: TikTok's `tiktok-api-v2-get-user-info`. */
export const userInfo: Operation = {
  name: 'user_info',
  methods: ['GET'],
  errorShape: 'envelope',
  matches: (path) => path === '/v2/user/info/',
  run(call, world) {
    const token = bearerOf(call);
    const holder = token === undefined ? undefined : world.grants.holderOf(token);
    if (holder === undefined) {
      const message = 'The access token is invalid or not found in the request.';
      return envelopeError(401, { code: 'access_token_invalid', message, logId: call.logId });
    }
    return answerFields(call, { holder, url: world.url });
  },
};

function answerFields(call: Call, context: { holder: GrantHolder; url: string }): Answer {
  const { holder, url } = context;
  const value =
    call.query === undefined || repeatedField(call.query, ['fields']) ? undefined : fieldOf(call.query, 'fields');
  if (value === undefined) return invalidFields(call, 'Query parameter "fields" is missing or malformed.');

  const answered: [name: string, value: string | number | boolean][] = [];
  const missing = new Set<string>();
  for (const name of value.split(',')) {
    const field = USER_FIELDS.get(name);
    if (field === undefined) return invalidFields(call, 'Query parameter "fields" names a field that does not exist.');
    if (holder.scopes.includes(field.scope)) {
      answered.push([name, field.read(holder.user, { url, clientKey: holder.clientKey })]);
    } else {
      missing.add(field.scope);
    }
  }
  if (missing.size > 0) {
    // 401 here, not `scope_permission_missed`: that is what people get who ask for `username` with the basic scope.
    const message = `The user did not authorize the scope required for completing this request: ${[...missing].join(', ')}.`;
    return envelopeError(401, { code: 'scope_not_authorized', message, logId: call.logId });
  }
  return envelope({ user: Object.fromEntries(answered) }, call.logId);
}

function invalidFields(call: Call, message: string): Answer {
  return envelopeError(400, { code: 'invalid_params', message, logId: call.logId });
}

function bearerOf(call: Call): string | undefined {
  return /^bearer +(\S+)$/i.exec(call.headers.get('authorization') ?? '')?.[1];
}
