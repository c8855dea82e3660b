import { isPlainText } from './plain-text.js';
import { isSecretField, isSecretListField } from './secret-field.js';

/** These say something of their value by what stands beside them or by its kind; and one of them is no field everywhere. */
const TELLING: ReadonlySet<string> = new Set(['code', 'value', 'rawHeaders', 'toJSON', '__proto__']);

const LONGEST = 64;

/**
 * Whether a field's name can be written as it is and says nothing of its value: what `redact` makes of such a field depends
 * on the value alone. It is meant to be remembered by whoever sees the same names again and again.
 *
 * @example
 * ```ts
 * import { isPlainField } from '@tt/errors';
 *
 * console.log(['operation', 'access_token', 'code'].filter(isPlainField));
 * ```
 */
export function isPlainField(name: string): boolean {
  return (
    name.length <= LONGEST &&
    !TELLING.has(name) &&
    isPlainText(name) &&
    !isSecretField(name) &&
    !isSecretListField(name)
  );
}
