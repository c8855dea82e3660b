import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { clientKey, redirectUri, scopes } from '../../client.js';

/** What a sign-in needs: where to send the person, and what to keep until they come back. */
export interface Begun {
  readonly url: string;
  readonly state: string;
  readonly codeVerifier?: string;
}

/**
 * Fails unless the URL is a whole authorization request with this state.
 *
 * @param idName What the contender calls the client; TikTok takes `client_key` alone.
 */
export function expectUrl(idName: 'client_key' | 'client_id') {
  return (begun: unknown): void => {
    const { url, state }: Begun = Object(begun);
    const { searchParams } = new URL(url);
    assert.equal(searchParams.get(idName), clientKey);
    assert.equal(searchParams.get('redirect_uri'), redirectUri);
    assert.equal(searchParams.get('response_type'), 'code');
    for (const scope of scopes) assert.ok(searchParams.get('scope')?.includes(scope), `no ${scope} in ${url}`);
    assert.ok(state.length >= 24, 'the state is too short to be random');
    assert.equal(searchParams.get('state'), state);
  };
}

/** Likewise, and the challenge is that of the verifier. */
export function expectPkceUrl(encoding: 'hex' | 'base64url', idName: 'client_key' | 'client_id' = 'client_key') {
  return (begun: unknown): void => {
    expectUrl(idName)(begun);
    const { url, codeVerifier = '' }: Begun = Object(begun);
    const { searchParams } = new URL(url);
    assert.ok(codeVerifier.length >= 43, 'the verifier is too short');
    assert.equal(searchParams.get('code_challenge'), createHash('sha256').update(codeVerifier).digest(encoding));
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
  };
}
