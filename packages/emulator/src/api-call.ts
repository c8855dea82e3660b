import { type Answer, envelopeError } from './answer.js';
import type { GrantHolder } from './grants.js';
import type { Call, EmulatorOperation } from './operation.js';
import type { World } from './world.js';

type Admission =
  | { readonly kind: 'admitted'; readonly holder: GrantHolder }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** What every API v2 endpoint asks first: a live access token, and a place in the rate limit. */
export function admitApiCall(call: Call, context: { world: World; operation: EmulatorOperation }): Admission {
  const { world, operation } = context;
  const { logId } = call;
  const accessToken = bearerOf(call);
  const holder = accessToken === undefined ? undefined : world.grants.holderOf(accessToken);
  if (accessToken === undefined || holder === undefined) {
    const message = 'The access token is invalid or not found in the request.';
    return { kind: 'refused', answer: envelopeError(401, { code: 'access_token_invalid', message, logId }) };
  }
  if (!world.rateLimits.admit({ operation, holder, accessToken })) {
    const message = 'The API rate limit was exceeded. Please try again later.';
    return { kind: 'refused', answer: envelopeError(429, { code: 'rate_limit_exceeded', message, logId }) };
  }
  return { kind: 'admitted', holder };
}

export function bearerOf(call: Pick<Call, 'headers'>): string | undefined {
  return /^bearer +(\S+)$/i.exec(call.headers.get('authorization') ?? '')?.[1];
}

/** The user left out a scope that the request as a whole needs. */
export function scopeNotAuthorized(call: Call, scopes: Iterable<string>): Answer {
  const message = `The user did not authorize the scope required for completing this request: ${[...scopes].join(', ')}.`;
  return envelopeError(401, { code: 'scope_not_authorized', message, logId: call.logId });
}

export function invalidParams(call: Call, message: string): Answer {
  return envelopeError(400, { code: 'invalid_params', message, logId: call.logId });
}
