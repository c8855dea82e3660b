import { bearerOf } from './api-call.js';
import type { RequestFacts } from './faults/matcher.js';
import { type Form, fieldOf } from './form.js';
import type { GrantHolder } from './grants.js';
import type { Call, EmulatorOperation } from './operation.js';
import type { World } from './world.js';

/** What a request is about. To be asked before it runs: a code that was spent no longer says whose it was. */
export function factsOf(
  call: Call,
  context: { operation: EmulatorOperation; form: Form | undefined; world: World },
): RequestFacts {
  const { operation, form, world } = context;
  const field = (name: string) =>
    (form && fieldOf(form, name)) ?? (call.query === undefined ? undefined : fieldOf(call.query, name));
  const holder = holderIn(call, { field, world });
  return {
    operation,
    grantType: operation === 'token' ? field('grant_type') : undefined,
    clientKey: field('client_key') ?? holder?.clientKey,
    user: holder?.user.username ?? (operation === 'consent' ? field('user') : undefined),
  };
}

/** Whoever the code or token of the request belongs to, dead or alive. */
function holderIn(
  call: Call,
  context: { field(name: string): string | undefined; world: World },
): GrantHolder | undefined {
  const { field, world } = context;
  const code = field('code');
  const token = field('refresh_token') ?? field('token') ?? bearerOf(call);
  if (token !== undefined) return world.grants.ownerOf(token);
  return code === undefined ? undefined : world.codes.find(code);
}
