import { CATALOGUE } from './catalogue.js';
import { NETWORK_CODES } from './network-codes.js';
import { TYPE_TRAITS } from './tiktok-error-type.js';

/** The sentences of our own tables. They hold no secret, so an error need not look through them each time. */
export const KNOWN_TEXTS: ReadonlySet<string> = new Set([
  ...Object.values(TYPE_TRAITS).map(({ userMessage }) => userMessage),
  ...Object.values(CATALOGUE)
    .flat()
    .flatMap(({ userMessage, hint, docsUrl }) => [userMessage, hint, docsUrl]),
  ...NETWORK_CODES.map(({ hint }) => hint),
]);
