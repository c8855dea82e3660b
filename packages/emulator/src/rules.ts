import { describe, isRecord, listOf, optionError, readBoolean, readChoice, readInteger, readRecord } from './check.js';

/**
 * What TikTok's pages leave open, contradict each other about, or do not say. Each rule names its choices; the first is
 * the default, and the strict reading.
 */
export interface EmulatorRules {
  /**
   * Whether a refresh spends the refresh token: `'always'`, as the newest page says; `{ graceMs }`, the old one works
   * that much longer, in milliseconds, and gives a further pair each time; `'never'`, it comes back unchanged.
   */
  rotation?: 'always' | 'never' | { graceMs: number } | undefined;
  /** Whether a refresh token's life counts from the sign-in (`'fixed'`), or anew from each refresh (`'extended'`). */
  refreshLifetime?: 'fixed' | 'extended' | undefined;
  /** Whether a spent refresh token that comes again is only refused, or ends every token of its sign-in too. */
  replay?: 'refused' | 'revokes_family' | undefined;
  /** HTTP status of OAuth errors: 401 for `invalid_client`, 5xx for the two server errors and 400 otherwise, or 200. */
  oauthErrorStatus?: '4xx' | '200' | undefined;
  /** PKCE where the redirect URI is a web one. A challenge that was sent must be met in any case. */
  webPkce?: 'optional' | 'required' | 'refused' | undefined;
  /** How a web challenge is encoded. On a loopback redirect it is always hex. */
  webPkceEncoding?: 'hex' | 'base64url' | 'either' | undefined;
  /** Where a person who is not a target user of a sandbox client is refused: on the authorize page, or at the exchange. */
  sandboxRefusal?: 'page' | 'token' | undefined;
  /** What the revoke endpoint takes as `token`. */
  revokeTakes?: 'access_token' | 'any_token' | undefined;
  /** What revoking an unknown or dead token gives: `invalid_grant`, or the empty success. */
  revokeDead?: 'refused' | 'ok' | undefined;
  /** Whether API paths work without their trailing slash. The authorize page always does. */
  trailingSlash?: 'required' | 'optional' | undefined;
  /** Whether the callback carries the code a second time, as `auth_code`. Default `false`. */
  callbackAuthCode?: boolean | undefined;
  /** What a request for fields beyond the granted scopes gives: 401, or 400 with `scope_permission_missed`. */
  missingFieldScope?: 'scope_not_authorized' | 'scope_permission_missed' | undefined;
  /** Fields that some pages name and others do not. Default: none can be asked for. */
  uncertainFields?: readonly UncertainField[] | undefined;
}

const UNCERTAIN_FIELDS = ['profile_web_link', 'is_aigc'] as const;

type UncertainField = (typeof UNCERTAIN_FIELDS)[number];

export interface Rules {
  readonly rotation: Rotation;
  readonly refreshLifetime: 'fixed' | 'extended';
  readonly replay: 'refused' | 'revokes_family';
  readonly oauthErrorStatus: '4xx' | '200';
  readonly webPkce: 'optional' | 'required' | 'refused';
  readonly webPkceEncoding: 'hex' | 'base64url' | 'either';
  readonly sandboxRefusal: 'page' | 'token';
  readonly revokeTakes: 'access_token' | 'any_token';
  readonly revokeDead: 'refused' | 'ok';
  readonly trailingSlash: 'required' | 'optional';
  readonly callbackAuthCode: boolean;
  readonly missingFieldScope: 'scope_not_authorized' | 'scope_permission_missed';
  readonly uncertainFields: ReadonlySet<string>;
}

type Rotation = { readonly kind: 'always' | 'never' } | { readonly kind: 'grace'; readonly graceMs: number };

/** By name, so that an option nobody reads is found out. */
export const RULE_NAMES = [
  ...['rotation', 'refreshLifetime', 'replay', 'oauthErrorStatus', 'webPkce', 'webPkceEncoding', 'sandboxRefusal'],
  ...['revokeTakes', 'revokeDead', 'trailingSlash', 'callbackAuthCode', 'missingFieldScope', 'uncertainFields'],
];

export function readRules(record: Record<string, unknown>): Rules {
  return {
    rotation: readRotation(record.rotation),
    refreshLifetime: readChoice(record.refreshLifetime, 'refreshLifetime', ['fixed', 'extended']),
    replay: readChoice(record.replay, 'replay', ['refused', 'revokes_family']),
    oauthErrorStatus: readChoice(record.oauthErrorStatus, 'oauthErrorStatus', ['4xx', '200']),
    webPkce: readChoice(record.webPkce, 'webPkce', ['optional', 'required', 'refused']),
    webPkceEncoding: readChoice(record.webPkceEncoding, 'webPkceEncoding', ['hex', 'base64url', 'either']),
    sandboxRefusal: readChoice(record.sandboxRefusal, 'sandboxRefusal', ['page', 'token']),
    revokeTakes: readChoice(record.revokeTakes, 'revokeTakes', ['access_token', 'any_token']),
    revokeDead: readChoice(record.revokeDead, 'revokeDead', ['refused', 'ok']),
    trailingSlash: readChoice(record.trailingSlash, 'trailingSlash', ['required', 'optional']),
    callbackAuthCode: readBoolean(record.callbackAuthCode ?? false, 'callbackAuthCode'),
    missingFieldScope: readChoice(record.missingFieldScope, 'missingFieldScope', [
      'scope_not_authorized',
      'scope_permission_missed',
    ]),
    uncertainFields: readUncertainFields(record.uncertainFields ?? []),
  };
}

function readRotation(value: unknown): Rotation {
  if (value === undefined || value === 'always') return { kind: 'always' };
  if (value === 'never') return { kind: 'never' };
  if (!isRecord(value)) {
    throw optionError('rotation', { got: describe(value), takes: "'always', 'never' or { graceMs }" });
  }
  const { graceMs } = readRecord(value, 'rotation', ['graceMs']);
  return { kind: 'grace', graceMs: readInteger(graceMs, 'rotation.graceMs', { min: 0, max: 1e12 }) };
}

function readUncertainFields(value: unknown): ReadonlySet<string> {
  const names: readonly string[] = UNCERTAIN_FIELDS;
  if (!Array.isArray(value)) {
    throw optionError('uncertainFields', { got: describe(value), takes: `an array of ${listOf(names)}` });
  }
  const fields: unknown[] = value;
  return new Set(
    fields.map((field, index) => {
      if (typeof field === 'string' && names.includes(field)) return field;
      throw optionError(`uncertainFields[${index}]`, { got: describe(field), takes: listOf(names) });
    }),
  );
}
