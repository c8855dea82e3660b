import type { ConsentRequest } from './consent-requests.js';
import { type Form, fieldOf, repeatedField } from './form.js';
import { type CodeChallenge, isPlausibleChallenge } from './pkce.js';
import { matchRedirectUri } from './redirect-uri.js';
import type { Rules } from './rules.js';
import type { World } from './world.js';

type AuthorizeOutcome = { readonly kind: 'accepted'; readonly request: ConsentRequest } | RefusedParameter;

export interface RefusedParameter {
  readonly kind: 'refused';
  /** The parameter to correct. */
  readonly parameter: string;
  /** A sentence for the developer. */
  readonly reason: string;
}

const PARAMETERS = [
  ...['client_key', 'redirect_uri', 'response_type', 'scope', 'state'],
  ...['code_challenge', 'code_challenge_method'],
];

/**
 * Judges the query of the authorize page, as TikTok's `login-kit-web` and `login-kit-desktop` ask for it.
 *
 * The first parameter that is wrong is named, client and redirect URI before all others: until those are known to belong
 * together there is nowhere safe to send the browser, so none of these refusals redirects.
 */
export function judgeAuthorizeRequest(
  query: Form | undefined,
  world: Pick<World, 'clients' | 'rules'>,
): AuthorizeOutcome {
  if (query === undefined) return refused('query', 'The query is not valid application/x-www-form-urlencoded text.');
  const repeated = repeatedField(query, PARAMETERS);
  if (repeated !== undefined) return refused(repeated, 'It is given more than once.');

  const clientKey = fieldOf(query, 'client_key');
  if (clientKey === undefined) {
    const hint = query.has('client_id') ? " TikTok's name for it is client_key, not client_id." : '';
    return refused('client_key', `It is missing.${hint}`);
  }
  const client = world.clients.find((each) => each.clientKey === clientKey);
  if (client === undefined) return refused('client_key', 'No app with this key is registered.');

  if (client.status === 'draft') return refused('client_key', 'This app is not live (unauthorized_client).');

  const redirectUri = fieldOf(query, 'redirect_uri');
  if (redirectUri === undefined) return refused('redirect_uri', 'It is missing.');
  const match = matchRedirectUri(client.registered, redirectUri);
  if (match.kind === 'unregistered') return refused('redirect_uri', match.hint);

  if (fieldOf(query, 'response_type') !== 'code') return refused('response_type', 'It must be "code".');

  const scopes = judgeScopes(fieldOf(query, 'scope'), client.scopes);
  if (scopes.kind === 'refused') return scopes;

  const state = fieldOf(query, 'state');
  if (state === undefined) return refused('state', 'It is missing.');

  const challenge = judgeChallenge(query, { platform: match.platform, rules: world.rules });
  if (challenge.kind === 'refused') return challenge;

  return {
    kind: 'accepted',
    request: { client, redirectUri, scopes: scopes.scopes, state, challenge: challenge.challenge },
  };
}

function judgeScopes(
  value: string | undefined,
  enabled: readonly string[],
): { kind: 'accepted'; scopes: readonly string[] } | RefusedParameter {
  if (value === undefined) return refused('scope', 'It is missing.');
  const scopes = [...new Set(value.split(','))];
  const stranger = scopes.find((scope) => !enabled.includes(scope));
  if (stranger === undefined) return { kind: 'accepted', scopes };
  const hint = /[\s+]/.test(value) ? ' Scopes are separated by commas, without spaces.' : '';
  return refused('scope', `"${stranger}" is not enabled for this app.${hint}`);
}

/**
 * Desktop must send a challenge. What web does is a rule: TikTok's pages and reports disagree about it.
 *
 * A challenge in the wrong encoding passes here and fails at the exchange, which is how it looks with TikTok.
 */
function judgeChallenge(
  query: Form,
  context: { platform: 'web' | 'desktop'; rules: Rules },
): { kind: 'accepted'; challenge: CodeChallenge } | RefusedParameter {
  const { platform, rules } = context;
  const value = fieldOf(query, 'code_challenge');
  if (value === undefined) {
    if (platform === 'desktop') {
      return refused('code_challenge', 'It is missing; a redirect to localhost or 127.0.0.1 needs PKCE.');
    }
    if (rules.webPkce === 'required') return refused('code_challenge', 'It is missing.');
    return { kind: 'accepted', challenge: { kind: 'none' } };
  }
  if (platform === 'web' && rules.webPkce === 'refused') {
    return refused('code_challenge', 'Web takes no PKCE parameters.');
  }
  if (fieldOf(query, 'code_challenge_method') !== 'S256') return refused('code_challenge_method', 'It must be "S256".');
  if (!isPlausibleChallenge(value)) {
    return refused('code_challenge', 'It must be the SHA-256 of the verifier as 64 lower-case hex digits.');
  }
  const encoding = platform === 'web' ? rules.webPkceEncoding : 'hex';
  return { kind: 'accepted', challenge: { kind: 'S256', value, encoding } };
}

function refused(parameter: string, reason: string): RefusedParameter {
  return { kind: 'refused', parameter, reason };
}
