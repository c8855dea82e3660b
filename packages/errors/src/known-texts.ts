import { CATALOGUE } from './catalogue.js';
import { NETWORK_CODES } from './network-codes.js';
import { OWN_HINTS } from './own-hints.js';
import { TYPE_TRAITS } from './tiktok-error-type.js';

const KNOWN_TEXTS: ReadonlySet<string> = new Set([
  ...Object.values(TYPE_TRAITS).map(({ userMessage }) => userMessage),
  ...Object.values(CATALOGUE)
    .flat()
    .flatMap(({ userMessage, hint, docsUrl }) => [userMessage, hint, docsUrl]),
  ...NETWORK_CODES.map(({ hint }) => hint),
  ...Object.values(OWN_HINTS),
]);

const LENGTHS = [...KNOWN_TEXTS].map(({ length }) => length);
const SHORTEST = Math.min(...LENGTHS);
const LONGEST = Math.max(...LENGTHS);

/** Whether `text` is a sentence of our own tables. It holds no secret, so nobody need look through it each time. */
export function isKnownText(text: string): boolean {
  return text.length >= SHORTEST && text.length <= LONGEST && KNOWN_TEXTS.has(text);
}
