import { type Answer, flatError } from './answer.js';
import type { OAuthRefusal } from './client-authentication.js';
import { oauthErrorStatus } from './documented-errors.js';
import type { World } from './world.js';

/** A refusal of an OAuth endpoint, with the status that the rule `oauthErrorStatus` asks for. */
export function oauthError(
  refusal: Pick<OAuthRefusal, 'code' | 'description'>,
  context: { logId: string; world: Pick<World, 'rules'> },
): Answer {
  const { code, description } = refusal;
  const status = context.world.rules.oauthErrorStatus === '200' ? 200 : oauthErrorStatus(code);
  return flatError(status, { code, description, logId: context.logId });
}
