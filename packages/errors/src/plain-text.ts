import { HAS_CONTROLS } from './escape-controls.js';
import { SUSPICIOUS } from './redact-text.js';

const NOT_PLAIN = new RegExp(`${SUSPICIOUS.source}|${HAS_CONTROLS.source}`, 'i');

/**
 * Whether `text` can be written as it is: `redactText` and `escapeControls` both leave it alone. It asks once and errs on
 * the careful side, so a text that is not plain may still hide nothing.
 *
 * @example
 * ```ts
 * import { isPlainText, redactText } from '@tt/errors';
 *
 * const shown = (text: string) => (isPlainText(text) ? text : redactText(text));
 * console.log(shown('Operation started'), shown('code=abc*0!6410.va&state=s'));
 * ```
 */
export function isPlainText(text: string): boolean {
  return !NOT_PLAIN.test(text);
}
