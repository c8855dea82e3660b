import { type Answer, redirectAnswer } from './answer.js';
import { mayUse } from './client.js';
import { CONSENT_PATH } from './consent-page.js';
import type { ConsentRequest } from './consent-requests.js';
import { refusedParameterAnswer } from './error-page.js';
import { encodeForm, type Form, fieldOf, parseForm } from './form.js';
import { type Call, isForm, type Operation } from './operation.js';
import type { World } from './world.js';

/** The decision, posted from the consent page; TikTok's own way of doing this is not public. */
export const consent: Operation = {
  name: 'consent',
  methods: ['POST'],
  errorShape: 'page',
  matches: (path) => path === CONSENT_PATH,
  run(call, world) {
    const form = isForm(call) ? parseForm(call.body) : undefined;
    if (form === undefined) return refuse(call, 'form', 'The decision is not a form.');
    const request = world.consentRequests.take(fieldOf(form, 'request') ?? '');
    if (request === undefined) {
      return refuse(call, 'request', 'This sign-in was answered already or is too old. Start again from the app.');
    }
    const decision = fieldOf(form, 'decision');
    if (decision === 'cancel') return deny(request, 'The user cancelled the authorization.');
    if (decision !== 'authorize') return refuse(call, 'decision', 'It must be "authorize" or "cancel".');
    return grant(form, { call, request, world });
  },
};

function grant(form: Form, context: { call: Call; request: ConsentRequest; world: World }): Answer {
  const { call, request, world } = context;
  const account = world.users.find(fieldOf(form, 'user'));
  if (account === undefined) return refuse(call, 'user', 'There is no such account.');
  const { client, redirectUri, challenge, state } = request;
  const user = account.profile;
  if (account.banned) return deny(request, 'The user is not eligible to log in to third-party apps.');
  if (world.rules.sandboxRefusal === 'page' && !mayUse(client, user)) {
    const reason = `@${user.username} is not a target user of this sandbox (unauthorized_client).`;
    return refuse(call, 'client_key', reason);
  }
  const ticked = form.get('scope') ?? [];
  if (ticked.some((scope) => !request.scopes.includes(scope))) {
    return refuse(call, 'scope', 'A scope was granted that the app did not ask for.');
  }
  const denied = account.deniedScopes;
  const scopes = request.scopes.filter((scope) => ticked.includes(scope) && !denied.includes(scope));
  if (scopes.length === 0) return deny(request, 'The user granted none of the scopes.');

  const code = world.codes.issue({ clientKey: client.clientKey, redirectUri, challenge, user, scopes });
  return callback(redirectUri, [
    ['code', code],
    ...(world.rules.callbackAuthCode ? [['auth_code', code] as const] : []),
    ['scopes', scopes.join(',')],
    ['state', state],
  ]);
}

function deny(request: ConsentRequest, description: string): Answer {
  return callback(request.redirectUri, [
    ['error', 'access_denied'],
    ['error_description', description],
    ['state', request.state],
  ]);
}

/** A registered URI has neither query nor fragment, so what we add is all there is. */
function callback(redirectUri: string, parameters: readonly (readonly [string, string])[]): Answer {
  return redirectAnswer(`${redirectUri}?${encodeForm(parameters)}`);
}

function refuse(call: Call, parameter: string, reason: string): Answer {
  return refusedParameterAnswer({ kind: 'refused', parameter, reason }, call.logId);
}
