import { createTikTokOAuth, MemoryTokenStore, type PkceMode } from '@tt/oauth';
import { clientKey, clientSecret, redirectUri, scopes } from '../../client.js';
import type { Subject } from '../../harness/subject.js';
import { expectPkceUrl, expectUrl } from './expected.js';

function urlsWith(pkce: PkceMode, check: Subject['check']): Subject {
  const store = new MemoryTokenStore({ allowInProduction: true });
  const oauth = createTikTokOAuth({ clientKey, clientSecret, redirectUri, scopes, pkce, store });
  return { call: () => oauth.getAuthorizationUrl(), check, close: () => oauth.close() };
}

export function stateOnly(): Subject {
  return urlsWith('off', expectUrl('client_key'));
}

export function pkceHex(): Subject {
  return urlsWith('hex', expectPkceUrl('hex'));
}

export function pkceBase64url(): Subject {
  return urlsWith('base64url', expectPkceUrl('base64url'));
}
