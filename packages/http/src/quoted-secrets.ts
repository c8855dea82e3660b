import { isSecretField, REDACTED } from '@tt/errors';
import type { JsonObject } from './decode-answer.js';
import type { JsonValue } from './lossless-json.js';
import type { TikTokRequest } from './tiktok-request.js';

/** Only what is long enough to be a secret: a code of `invalid` is no reason to hide a word. */
const SHORTEST = 8;

/** What was sent and must not come back in an error: TikTok may quote a request in its answer (D11). */
export function secretsOf({ form = {}, accessToken }: TikTokRequest): readonly string[] {
  const values = Object.entries(form)
    .filter(([name]) => name === 'code' || isSecretField(name))
    .map(([, value]) => value);
  return [...values, accessToken ?? ''].filter(({ length }) => length >= SHORTEST).flatMap(spellings);
}

/** As it is, and as it stands in a URL and in a form. */
function spellings(secret: string): string[] {
  return [...new Set([secret, encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)])];
}

/**
 * An answer that failed, without the secrets in the texts that an error is made of: those of its fields, and those of
 * the fields in its `error`.
 */
export function withoutSecrets(answer: JsonObject, secrets: readonly string[]): JsonObject {
  const { error } = answer;
  const plain = withoutSecretsInFields(answer, secrets);
  return typeof error === 'object' && error !== null && !Array.isArray(error)
    ? { ...plain, error: withoutSecretsInFields(error, secrets) }
    : plain;
}

function withoutSecretsInFields(fields: JsonObject, secrets: readonly string[]): { [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hidden(value, secrets)]));
}

function hidden(value: JsonValue, secrets: readonly string[]): JsonValue {
  return typeof value === 'string' ? secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), value) : value;
}
