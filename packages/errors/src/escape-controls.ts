/**
 * Characters that move the cursor, colour the terminal, end a line or turn the reading direction: control characters
 * except the tab, the line and paragraph separators, and the bidirectional controls.
 */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const CONTROLS_BUT_LINE_BREAK =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** `test` costs a fraction of `replace`, and nearly always there is none. */
export const HAS_CONTROLS = new RegExp(CONTROLS, '');
const HAS_CONTROLS_BUT_LINE_BREAK = new RegExp(CONTROLS_BUT_LINE_BREAK, '');

/**
 * `text` with every character that could forge a line or paint a terminal written out, as JSON would write it: `\n`,
 * `\u001b`.
 *
 * @param options.keepLineBreaks Leaves `\n` as it is, for a text that has lines. Default: false.
 */
export function escapeControls(text: string, options: { readonly keepLineBreaks?: boolean } = {}): string {
  if (options.keepLineBreaks === true) {
    return HAS_CONTROLS_BUT_LINE_BREAK.test(text) ? text.replace(CONTROLS_BUT_LINE_BREAK, written) : text;
  }
  return HAS_CONTROLS.test(text) ? text.replace(CONTROLS, written) : text;
}

function written(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
