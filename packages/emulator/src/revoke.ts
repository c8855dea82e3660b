import { jsonAnswer } from './answer.js';
import { authenticateClient, MALFORMED, type OAuthRefusal, readOAuthForm } from './client-authentication.js';
import { fieldOf } from './form.js';
import { oauthError } from './oauth-error.js';
import type { Call, Operation } from './operation.js';
import type { World } from './world.js';

/** `POST /v2/oauth/revoke/`. Source: TikTok's `oauth-user-access-token-management`. */
export const revoke: Operation = {
  name: 'revoke',
  methods: ['POST'],
  errorShape: 'flat',
  matches: (path) => path === '/v2/oauth/revoke/',
  run(call, world) {
    const outcome = answerRevoke(call, world);
    return outcome.kind === 'revoked' ? jsonAnswer(200, {}) : oauthError(outcome, { logId: call.logId, world });
  },
};

function answerRevoke(call: Call, world: World): { readonly kind: 'revoked' } | OAuthRefusal {
  const read = readOAuthForm(call);
  if (read.kind === 'refused') return read;
  const authentication = authenticateClient(read.form, world);
  if (authentication.kind === 'refused') return authentication;
  const token = fieldOf(read.form, 'token');
  if (token === undefined) return MALFORMED;
  if (world.grants.revoke(token, authentication.client.clientKey)) return { kind: 'revoked' };
  if (world.rules.revokeDead === 'ok' && !world.grants.isLive(token)) return { kind: 'revoked' };
  return { kind: 'refused', code: 'invalid_grant', description: 'Access token is invalid or expired.' };
}
