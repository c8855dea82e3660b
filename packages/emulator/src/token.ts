import { jsonAnswer } from './answer.js';
import { mayUse, type RegisteredClient } from './client.js';
import { authenticateClient, MALFORMED, type OAuthRefusal, readOAuthForm } from './client-authentication.js';
import { type Form, fieldOf } from './form.js';
import type { IssuedPair } from './grants.js';
import { oauthError } from './oauth-error.js';
import type { Call, Operation } from './operation.js';
import { verifierFits } from './pkce.js';
import { openIdOf } from './user.js';
import type { World } from './world.js';

type TokenOutcome =
  | { readonly kind: 'issued'; readonly body: Readonly<Record<string, string | number>> }
  | OAuthRefusal;

/** `POST /v2/oauth/token/`. Source: TikTok's `oauth-user-access-token-management`, `client-access-token-management`. */
export const token: Operation = {
  name: 'token',
  methods: ['POST'],
  errorShape: 'flat',
  matches: (path) => path === '/v2/oauth/token/',
  run(call, world) {
    const outcome = answerGrant(call, world);
    return outcome.kind === 'issued'
      ? jsonAnswer(200, outcome.body)
      : oauthError(outcome, { logId: call.logId, world });
  },
};

function answerGrant(call: Call, world: World): TokenOutcome {
  const read = readOAuthForm(call);
  if (read.kind === 'refused') return read;
  const grantType = fieldOf(read.form, 'grant_type');
  if (grantType === undefined) return MALFORMED;
  const grant = GRANTS.get(grantType);
  if (grant === undefined) {
    return { kind: 'refused', code: 'unsupported_grant_type', description: 'The grant type is not supported.' };
  }
  const authentication = authenticateClient(read.form, world);
  if (authentication.kind === 'refused') return authentication;
  return grant(read.form, authentication.client, world);
}

const GRANTS: ReadonlyMap<string, (form: Form, client: RegisteredClient, world: World) => TokenOutcome> = new Map([
  ['authorization_code', exchangeCode],
  ['refresh_token', refresh],
  ['client_credentials', issueClientToken],
]);

function exchangeCode(form: Form, client: RegisteredClient, world: World): TokenOutcome {
  const code = fieldOf(form, 'code');
  const redirectUri = fieldOf(form, 'redirect_uri');
  if (code === undefined || redirectUri === undefined) return MALFORMED;
  const binding = world.codes.find(code);
  if (binding === undefined || binding.clientKey !== client.clientKey) {
    // TikTok says "expired" for a code that was used, or that was not URL-decoded, too.
    return { kind: 'refused', code: 'invalid_grant', description: 'Authorization code is expired.' };
  }
  if (binding.redirectUri !== redirectUri) {
    const description = 'Redirect_uri is not matched with the uri when requesting code.';
    return { kind: 'refused', code: 'invalid_request', description };
  }
  if (!verifierFits(binding.challenge, fieldOf(form, 'code_verifier'))) {
    return { kind: 'refused', code: 'invalid_request', description: 'Code verifier or code challenge is invalid.' };
  }
  if (world.users.find(binding.user.username)?.banned === true) {
    return { kind: 'refused', code: 'access_denied', description: 'The user is not eligible for authorization.' };
  }
  if (!mayUse(client, binding.user)) {
    return {
      kind: 'refused',
      code: 'unauthorized_client',
      description: 'The user is not a target user of this sandbox.',
    };
  }
  world.codes.spend(code);
  return issued(world.grants.issue(binding));
}

function refresh(form: Form, client: RegisteredClient, world: World): TokenOutcome {
  const refreshToken = fieldOf(form, 'refresh_token');
  if (refreshToken === undefined) return MALFORMED;
  const outcome = world.grants.refresh(refreshToken, client.clientKey);
  switch (outcome.kind) {
    case 'refreshed':
      return issued(outcome.pair);
    case 'refused':
      return { kind: 'refused', code: 'invalid_grant', description: 'Refresh token is invalid or expired.' };
  }
}

function issueClientToken(_form: Form, _client: RegisteredClient, world: World): TokenOutcome {
  const accessToken = world.grants.issueClientToken();
  return {
    kind: 'issued',
    body: { access_token: accessToken, expires_in: world.lifetimes.clientTokenSeconds, token_type: 'Bearer' },
  };
}

function issued(pair: IssuedPair): TokenOutcome {
  const { clientKey, user, scopes } = pair.holder;
  return {
    kind: 'issued',
    body: {
      access_token: pair.accessToken,
      expires_in: pair.expiresIn,
      refresh_token: pair.refreshToken,
      refresh_expires_in: pair.refreshExpiresIn,
      open_id: openIdOf(user, clientKey),
      scope: scopes.join(','),
      token_type: 'Bearer',
    },
  };
}
