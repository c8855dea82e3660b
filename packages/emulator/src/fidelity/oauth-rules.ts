import type { FidelitySection } from './fidelity-rule.js';
import { code, INFERRED, newerPage, page, sdk, seen } from './source.js';

const arctic = code('pilcrowonpaper/arctic', 'src/providers/tiktok.ts');
const web = page('login-kit-web');
const desktop = page('login-kit-desktop');
const tokens = page('oauth-user-access-token-management');
const refreshing = newerPage('oauth-refresh-a-user-access-token', '2026-11-02');
const clientTokens = page('client-access-token-management');
const oauthErrors = page('oauth-error-handling');

/** Sign-in, tokens, revocation. */
export const OAUTH_RULES: readonly FidelitySection[] = [
  {
    title: 'Authorize page: `GET /v2/auth/authorize/`',
    operations: ['authorize'],
    rules: [
      {
        rule: '`client_key` (not `client_id`), `redirect_uri`, `response_type=code`, `scope` and `state` are required. What is missing, unknown or given twice is named on "Something went wrong"; the browser is not sent back.',
        sources: [web, seen('better-auth/better-auth#3114')],
        tests: [
          ['authorize.test.ts', 'names %s for %j and does not redirect'],
          ['outside/simple-oauth2.test.ts', 'client_id on the authorize page: TikTok names client_key'],
        ],
      },
      {
        rule: 'Scopes are separated by commas. One that the app was not approved for stops the whole request.',
        sources: [web],
        tests: [
          ['authorize.test.ts', 'names %s for %j and does not redirect'],
          ['outside/simple-oauth2.test.ts', 'scopes separated by spaces: TikTok names scope'],
        ],
      },
      {
        rule: 'Redirect URIs are registered: up to 10, under 512 characters, no query, no fragment; `https` on any host, or `http(s)` on `localhost` and `127.0.0.1` with a port.',
        sources: [web, desktop],
        tests: [['redirect-uri.test.ts', '%j is refused']],
      },
      {
        rule: 'They match character for character, trailing slash included. Only the port of a loopback one may be a wildcard.',
        sources: [web, desktop, seen('andreaolivato/TikTok-LoginKit-PHP#1')],
        tests: [
          ['redirect-uri.test.ts', '%s does not'],
          [
            'redirect-uri.test.ts',
            'whatever is asked for, a match differs from what was registered in nothing but a port',
          ],
        ],
      },
      {
        rule: 'A loopback redirect needs PKCE: `S256` only, the challenge in lower-case hex.',
        sources: [desktop, sdk('tiktok/tiktok-opensdk-ios')],
        tests: [
          ['authorize.test.ts', 'names %s for %j and does not redirect'],
          ['pkce.test.ts', 'the challenge is the lower-case hex of the verifier'],
        ],
      },
      {
        rule: 'A verifier has 32 to 128 of `A-Z a-z 0-9 - . _ ~`. The pages say 43, but an SDK of TikTok sends 32.',
        sources: [desktop, sdk('tiktok/tiktok-opensdk-android')],
        tests: [['pkce.test.ts', 'verifier %s does not fit']],
      },
      {
        rule: 'A challenge in base64url passes the page and fails at the exchange.',
        sources: [seen('n8n-io/n8n#15160'), seen('Lg0gs/react-native-tiktok#38')],
        tests: [
          ['token.test.ts', 'a base64url challenge passes the consent and fails here, as it does with TikTok'],
          [
            'outside/openid-client.test.ts',
            'its base64url challenge passes the consent and fails at the exchange, as with TikTok',
          ],
          ['outside/arctic.test.ts', 'its base64url challenge is refused at the exchange %s'],
        ],
      },
      {
        rule: 'The page opens without its trailing slash too.',
        sources: [arctic],
        tests: [['authorize.test.ts', 'opens without the trailing slash too, unlike the API']],
      },
      {
        rule: 'An app that is not live is refused: `unauthorized_client`, `client_key`.',
        sources: [page('getting-started-faq'), seen('gitroomhq/postiz-docs#167')],
        tests: [['rules.test.ts', 'an app that is not live is refused everywhere']],
      },
    ],
  },
  {
    title: 'Consent and callback',
    operations: ['consent'],
    rules: [
      {
        rule: 'The callback carries `code`, `scopes` (plural, what was granted) and `state`.',
        sources: [web],
        tests: [
          ['consent.test.ts', '"Authorize" sends the browser back with a code, the scopes granted and the state'],
        ],
      },
      {
        rule: 'A person may leave scopes out.',
        sources: [web, page('tiktok-api-scopes')],
        tests: [
          ['play-consent.test.ts', 'decides for the user and the scopes it is told'],
          ['user-control.test.ts', 'grants the others, on the page and in a played consent'],
        ],
      },
      {
        rule: 'Codes contain `*` and `!`, which arrive percent-encoded.',
        sources: [seen('SocialiteProviders/Providers#1198'), page('display-api-get-started')],
        tests: [
          ['consent.test.ts', '"Authorize" sends the browser back with a code, the scopes granted and the state'],
          ['form.test.ts', 'writes callbacks as TikTok does'],
        ],
      },
      {
        rule: '`state` comes back as it was.',
        sources: [web],
        tests: [['consent.test.ts', 'the state %j comes back as it was']],
      },
      {
        rule: '"Cancel", or no scope at all, is `error=access_denied`.',
        sources: [web, INFERRED],
        tests: [
          ['consent.test.ts', '"Cancel" sends it back with access_denied and the state'],
          ['consent.test.ts', 'all scopes unticked is a refusal'],
        ],
      },
      {
        rule: 'Somebody who is not eligible, as a banned account, is sent back with an `error`.',
        sources: [web],
        tests: [['user-control.test.ts', 'cannot sign in, and a code from before the ban is worth nothing']],
      },
      {
        rule: 'A sandbox is for its target users, of which it has up to 10.',
        sources: [page('add-a-sandbox')],
        tests: [
          ['rules.test.ts', 'who is no target user of a sandbox is stopped on the page'],
          ['rules.test.ts', 'a client of %j is refused by name'],
        ],
      },
    ],
  },
  {
    title: 'Tokens: `POST /v2/oauth/token/`',
    operations: ['token'],
    rules: [
      {
        rule: 'Bodies are `application/x-www-form-urlencoded` and nothing else.',
        sources: [tokens],
        tests: [
          ['token.test.ts', "JSON is refused in TikTok's words"],
          ['outside/simple-oauth2.test.ts', "a JSON body: refused in TikTok's words"],
        ],
      },
      {
        rule: '`client_key` and `client_secret` stand in the body. The query and HTTP Basic do not count.',
        sources: [tokens],
        tests: [
          ['token.test.ts', 'parameters in the query, HTTP Basic, and repeated parameters do not count'],
          ['outside/simple-oauth2.test.ts', 'credentials in a Basic header: they do not count'],
          ['outside/openid-client.test.ts', 'client_id in the body is not enough'],
        ],
      },
      {
        rule: 'Three grants: `authorization_code`, `refresh_token`, `client_credentials`.',
        sources: [tokens, clientTokens],
        tests: [
          ['outside/openid-client.test.ts', 'signs in, reads the user, refreshes and revokes'],
          ['token.test.ts', 'client_credentials gives a token of the app, without the rest'],
          ['token.test.ts', '%j is refused'],
        ],
      },
      {
        rule: 'A code works once, for the client, `redirect_uri` and challenge it was made for.',
        sources: [tokens],
        tests: [
          ['token.test.ts', 'a code works exactly once'],
          ['token.test.ts', 'a code of another client is refused'],
          ['token.test.ts', '%j is an invalid_request and leaves the code alive'],
        ],
      },
      {
        rule: 'A code has to be URL-decoded, once.',
        sources: [tokens],
        tests: [['token.test.ts', 'a code that was not URL-decoded is refused']],
      },
      {
        rule: 'The answer is flat, with `access_token`, `expires_in`, `refresh_token`, `refresh_expires_in`, `open_id`, `scope` and `token_type`.',
        sources: [tokens],
        tests: [['token.test.ts', 'answers flat, with all fields of the table and no others']],
      },
      {
        rule: 'A refresh gives a new refresh token, and the one before is dead.',
        sources: [refreshing],
        tests: [
          [
            'token.test.ts',
            'rotates: the new pair works, the old refresh token is dead at once, and its replays are counted',
          ],
          ['token.test.ts', 'of twenty at once exactly one wins'],
        ],
      },
      {
        rule: "Refusals are in TikTok's words where they are known.",
        sources: [tokens, clientTokens, seen('Lg0gs/react-native-tiktok#38')],
        tests: [
          ['token.test.ts', '%j is refused'],
          ['token.test.ts', '%j is an invalid_request and leaves the code alive'],
        ],
      },
      {
        rule: 'Errors are flat: `error`, `error_description`, `log_id`.',
        sources: [oauthErrors],
        tests: [
          ['token.test.ts', '%j is refused'],
          ['faults/apply-fault.test.ts', 'every OAuth code can be had, flat, and has no effect'],
        ],
      },
    ],
  },
  {
    title: 'Revocation: `POST /v2/oauth/revoke/`',
    operations: ['revoke'],
    rules: [
      {
        rule: 'Takes `client_key`, `client_secret` and the access token as `token`; answers `{}`.',
        sources: [tokens, newerPage('oauth-revoke-a-user-access-token', '2026-11-02')],
        tests: [
          ['revoke.test.ts', 'kills the access token and the refresh token with it'],
          ['revoke.test.ts', '%j is refused and revokes nothing'],
        ],
      },
      {
        rule: 'The app is off the connected apps: every sign-in of this person with it ends.',
        sources: [tokens, page('webhooks-events')],
        tests: [['grants.test.ts', 'revoking ends every sign-in of this user with this app, and no other']],
      },
    ],
  },
];
