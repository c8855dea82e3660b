import type { FidelityRule } from './fidelity-rule.js';
import { code, INFERRED, newerPage, page, seen } from './source.js';

/** Something TikTok's pages leave open, and the option that chooses. */
export interface OpenQuestion extends Omit<FidelityRule, 'rule'> {
  readonly question: string;
  readonly option: string;
  /** As one writes them; the first is the default. */
  readonly choices: readonly string[];
}

const tokens = page('oauth-user-access-token-management');
const refreshing = newerPage('oauth-refresh-a-user-access-token', '2026-11-02');

export const OPEN_QUESTIONS: readonly OpenQuestion[] = [
  {
    question: 'Does a refresh spend the refresh token, and is there a grace?',
    option: 'rotation',
    choices: ["'always'", '{ graceMs }', "'never'"],
    sources: [refreshing, tokens],
    tests: [
      [
        'token.test.ts',
        'rotates: the new pair works, the old refresh token is dead at once, and its replays are counted',
      ],
      ['rules.test.ts', 'grace: the old one works until the clock has moved past it'],
      ['rules.test.ts', 'never: the same refresh token comes back, and goes on working'],
    ],
  },
  {
    question: 'How long do tokens and codes live?',
    option: 'lifetimes',
    choices: ["'24h/365d'", "'2h/180d'", 'any, in seconds'],
    sources: [tokens, refreshing],
    tests: [
      ['token.test.ts', 'answers flat, with all fields of the table and no others'],
      ['token.test.ts', 'gives the lifetimes of the newest pages when asked'],
      ['token.test.ts', 'a code lives five minutes'],
      ['grants.test.ts', 'an access token lives as long as it says, to the second'],
    ],
  },
  {
    question: "Does a refresh extend the refresh token's life?",
    option: 'refreshLifetime',
    choices: ["'fixed'", "'extended'"],
    sources: [tokens, page('getting-started-faq'), refreshing],
    tests: [
      ['grants.test.ts', 'rotation does not extend the refresh lifetime, which counts from the sign-in'],
      ['grants.test.ts', 'an extended life counts from each refresh, rotation %s'],
    ],
  },
  {
    question: 'What does a spent refresh token do when it comes again?',
    option: 'replay',
    choices: ["'refused'", "'revokes_family'"],
    sources: [INFERRED],
    tests: [
      ['grants.test.ts', 'a replay by default harms nobody else'],
      ['rules.test.ts', 'revokes_family: a replay ends the sign-in'],
    ],
  },
  {
    question: 'What HTTP status has an OAuth error?',
    option: 'oauthErrorStatus',
    choices: ["'4xx'", "'200'"],
    sources: [page('oauth-error-handling'), seen('HohnerJulian/ResearchTikPy#28'), seen('ComposioHQ/composio#4198')],
    tests: [
      ['token.test.ts', '%j is refused'],
      ['token.test.ts', 'with oauthErrorStatus 200 the body alone tells'],
    ],
  },
  {
    question: 'Is PKCE used on the web?',
    option: 'webPkce',
    choices: ["'optional'", "'required'", "'refused'"],
    sources: [page('login-kit-web'), seen('better-auth/better-auth#3114'), seen('SocialiteProviders/Providers#1368')],
    tests: [
      ['token.test.ts', 'web needs no verifier, and is held to the challenge it sent'],
      ['rules.test.ts', '%s: the page names the parameter'],
      ['rules.test.ts', '%s: %j is fine'],
    ],
  },
  {
    question: 'How is a web challenge encoded?',
    option: 'webPkceEncoding',
    choices: ["'hex'", "'base64url'", "'either'"],
    sources: [seen('n8n-io/n8n#15160'), code('pilcrowonpaper/arctic', 'src/providers/tiktok.ts')],
    tests: [
      ['rules.test.ts', '%s: base64url gives %d, hex %d'],
      ['outside/arctic.test.ts', 'completes the flow on the web where base64url is taken, as it ships'],
    ],
  },
  {
    question: 'Where is somebody stopped who is no target user of a sandbox?',
    option: 'sandboxRefusal',
    choices: ["'page'", "'token'"],
    sources: [page('add-a-sandbox'), INFERRED],
    tests: [
      ['rules.test.ts', 'who is no target user of a sandbox is stopped on the page'],
      ['rules.test.ts', 'or at the exchange'],
    ],
  },
  {
    question: 'Does revoking take a refresh token?',
    option: 'revokeTakes',
    choices: ["'access_token'", "'any_token'"],
    sources: [tokens],
    tests: [
      ['revoke.test.ts', 'a refresh token is not taken for an access token'],
      ['rules.test.ts', "revokeTakes 'any_token' takes a refresh token too"],
    ],
  },
  {
    question: 'What does revoking a dead or unknown token give?',
    option: 'revokeDead',
    choices: ["'refused'", "'ok'"],
    sources: [tokens],
    tests: [
      ['revoke.test.ts', 'a second time there is nothing to revoke'],
      ['rules.test.ts', "revokeDead 'ok' has nothing against a token that is dead"],
    ],
  },
  {
    question: 'Do API paths work without the trailing slash?',
    option: 'trailingSlash',
    choices: ["'required'", "'optional'"],
    sources: [INFERRED],
    tests: [
      ['token.test.ts', 'without its trailing slash the path does not exist'],
      ['rules.test.ts', 'trailingSlash optional: API paths work without it'],
    ],
  },
  {
    question: 'Does the callback carry the code a second time, as `auth_code`?',
    option: 'callbackAuthCode',
    choices: ['false', 'true'],
    sources: [seen('sixb-ai/sixb#502')],
    tests: [
      ['consent.test.ts', '"Authorize" sends the browser back with a code, the scopes granted and the state'],
      ['rules.test.ts', 'callbackAuthCode: the callback carries the code twice'],
    ],
  },
  {
    question: 'What do fields beyond the granted scopes give?',
    option: 'missingFieldScope',
    choices: ["'scope_not_authorized'", "'scope_permission_missed'"],
    sources: [page('tiktok-api-v2-error-handling'), seen('SocialiteProviders/Providers#1198')],
    tests: [
      ['user-info.test.ts', '%s without its scope is refused'],
      ['rules.test.ts', 'missingFieldScope: the answer that TikTok documents for it'],
    ],
  },
  {
    question: 'Can `profile_web_link` and `is_aigc` be asked for?',
    option: 'uncertainFields',
    choices: ['[]', "['profile_web_link', 'is_aigc']"],
    sources: [page('tiktok-api-scopes'), page('tiktok-api-v2-video-object')],
    tests: [
      ['user-info.test.ts', 'fields=%s is an invalid_params'],
      ['user-info.test.ts', 'knows every field of the table'],
      ['videos/video-list.test.ts', 'is_aigc is there when asked for by name'],
    ],
  },
  {
    question: 'Whose are the 600 requests a minute?',
    option: 'rateLimits',
    choices: ["{ per: 'app' }", "{ per: 'user' }", "{ per: 'token' }", "'off'"],
    sources: [newerPage('tiktok-api-v2-rate-limit', '2026-08-04')],
    tests: [
      ['rate-limits.test.ts', 'is one for each %s'],
      ['rate-limits.test.ts', 'off means off'],
    ],
  },
];
