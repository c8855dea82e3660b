import { isSecretField, looksLikeErrorCode } from './secret-field.js';

/** Whether a text in a list is a secret whatever it looks like, by what stands before it and by its place. */
export type SecretItem = (
  item: string,
  before: unknown,
  place: { readonly index: number; readonly length: number },
) => boolean;

/** It stands behind a secret's name, as in `['client_secret', '...']`, and is no name itself. */
export const followsName: SecretItem = (item, before, { length }) =>
  typeof before === 'string' &&
  isSecretField(before) &&
  (length === 2 ? !isSecretField(item) : !looksLikeErrorCode(item));

/** In a list like Node's `rawHeaders`, where names and values take turns. */
export const isHeaderValue: SecretItem = (_item, before, { index }) =>
  index % 2 === 1 && typeof before === 'string' && isSecretField(before);

/** Whether a field `value` beside these is a secret, as in `{ name: 'authorization', value: '...' }`. */
export function isNamedSecret(beside: object): boolean {
  return ['name', 'key', 'header'].some((field) => {
    const name: unknown = field in beside ? Reflect.get(beside, field) : undefined;
    return typeof name === 'string' && isSecretField(name);
  });
}
