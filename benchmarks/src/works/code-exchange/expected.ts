import assert from 'node:assert/strict';
import { clientKey, clientSecret, redirectUri } from '../../client.js';
import { accessTokenOf, codeOf, refreshTokenOf } from '../../token-server/accounts.js';

/** Somebody else signs in each time. */
const PEOPLE = 1_000;
const account = (n: number): string => `person-${String(n).padStart(19, '0')}`;
const codes = Array.from({ length: PEOPLE }, (_, n) => codeOf(account(n)));
let last = 0;

export function nextCode(): string {
  last = (last + 1) % PEOPLE;
  return codes[last] ?? '';
}

export const path = '/v2/oauth/token/';

export function formWith(code: string) {
  const client = { client_key: clientKey, client_secret: clientSecret };
  return { ...client, grant_type: 'authorization_code', code, redirect_uri: redirectUri };
}

export const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };

/** What every contender gives: the tokens, however it got them. */
export function expectTokens(given: unknown): void {
  const { access, refresh } = Object(given);
  // Of those at once, the last to come need not be the last that was asked.
  const who = /^act\.(person-\d+)\./.exec(access)?.[1] ?? 'nobody';
  assert.equal(access, accessTokenOf(who, 0));
  assert.equal(refresh, refreshTokenOf(who, 0));
}

/** Of an answer as it came over the wire. */
export function tokensOf(answer: unknown): { readonly access: unknown; readonly refresh: unknown } {
  const { access_token: access, refresh_token: refresh } = Object(answer);
  return { access, refresh };
}
