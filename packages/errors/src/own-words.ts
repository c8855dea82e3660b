/** Not registered and not exported from the package: only its own builders can say it. */
export const OWN_WORDS: unique symbol = Symbol('own words');

/**
 * Said in the options of an error whose message, hint, page and message to the person are of our own tables, or put
 * together of our own words and numbers. There is no secret in them, so the error does not look through them: next to the
 * stack that would be most of its price.
 */
export interface InOwnWords {
  readonly [OWN_WORDS]: boolean;
}

export function isInOwnWords(options: unknown): boolean {
  return Object(options)[OWN_WORDS] === true;
}
