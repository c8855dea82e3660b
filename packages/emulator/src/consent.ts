import { type Answer, redirectAnswer } from './answer.js';
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
  const username = fieldOf(form, 'user');
  const user = world.users.find((each) => each.username === username);
  if (user === undefined) return refuse(call, 'user', 'There is no such account.');
  const ticked = form.get('scope') ?? [];
  if (ticked.some((scope) => !request.scopes.includes(scope))) {
    return refuse(call, 'scope', 'A scope was granted that the app did not ask for.');
  }
  const scopes = request.scopes.filter((scope) => ticked.includes(scope));
  if (scopes.length === 0) return deny(request, 'The user granted none of the scopes.');

  const { client, redirectUri, challenge, state } = request;
  const code = world.codes.issue({ clientKey: client.clientKey, redirectUri, challenge, user, scopes });
  return callback(redirectUri, [
    ['code', code],
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
