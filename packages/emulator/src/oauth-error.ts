import { type Answer, flatError } from './answer.js';
import type { OAuthRefusal } from './client-authentication.js';
import type { World } from './world.js';

/** A refusal of an OAuth endpoint, with the status the `oauthErrorStatus` option asks for. */
export function oauthError(refusal: OAuthRefusal, context: { logId: string; world: World }): Answer {
  const { logId, world } = context;
  return flatError(statusOf(refusal, world), { code: refusal.code, description: refusal.description, logId });
}

function statusOf(refusal: OAuthRefusal, world: World): number {
  if (world.oauthErrorStatus === '200') return 200;
  return refusal.code === 'invalid_client' ? 401 : 400;
}
