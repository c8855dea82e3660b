import type { RegisteredClient } from './client.js';
import type { OAuthErrorCode } from './documented-errors.js';
import { type Form, fieldOf, parseForm, repeatedField } from './form.js';
import { type Call, isForm } from './operation.js';
import { sameSecret } from './same-secret.js';
import type { World } from './world.js';

export interface OAuthRefusal {
  readonly kind: 'refused';
  readonly code: OAuthErrorCode;
  readonly description: string;
}

/** TikTok's generic answer to a missing or repeated parameter. */
export const MALFORMED: OAuthRefusal = {
  kind: 'refused',
  code: 'invalid_request',
  description: 'The request parameters are malformed.',
};

/** Reads the body of an OAuth request: a form, and nothing else. */
export function readOAuthForm(call: Call): { kind: 'form'; form: Form } | OAuthRefusal {
  if (!isForm(call)) {
    const description = 'Only `application/x-www-form-urlencoded` is accepted as Content-Type.';
    return { kind: 'refused', code: 'invalid_request', description };
  }
  const form = parseForm(call.body);
  if (form === undefined || repeatedField(form) !== undefined) return MALFORMED;
  return { kind: 'form', form };
}

/** `client_key` and `client_secret` from the body; an `Authorization` header is not looked at, as TikTok has no Basic. */
export function authenticateClient(
  form: Form,
  world: World,
): { kind: 'authenticated'; client: RegisteredClient } | OAuthRefusal {
  const clientKey = fieldOf(form, 'client_key');
  const clientSecret = fieldOf(form, 'client_secret');
  if (clientKey === undefined) return MALFORMED;
  if (clientSecret === undefined) {
    return { kind: 'refused', code: 'invalid_request', description: 'Client secret is missed in request.' };
  }
  const client = world.clients.find((each) => each.clientKey === clientKey);
  if (client === undefined || !sameSecret(client.clientSecret, clientSecret)) {
    return { kind: 'refused', code: 'invalid_client', description: 'Client key or secret is incorrect.' };
  }
  if (client.status === 'draft') {
    return {
      kind: 'refused',
      code: 'unauthorized_client',
      description: 'The client is not authorized: it is not live.',
    };
  }
  return { kind: 'authenticated', client };
}
