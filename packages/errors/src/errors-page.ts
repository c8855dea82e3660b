import { CATALOGUE } from './catalogue.js';
import { type CatalogueEntry, DAY, MINUTE } from './catalogue-entry.js';
import { NETWORK_CODES } from './network-codes.js';
import { type Audience, TYPE_TRAITS } from './tiktok-error-type.js';

const WHO: Readonly<Record<Audience, string>> = {
  user: 'the person',
  developer: 'the developer',
  operator: 'the operator',
  tiktok: 'TikTok',
};

/** The codes of a `TOKEN_STORE_ERROR`. Stores of others may have more. */
const STORE_CODES: readonly (readonly [code: string, again: string, when: string])[] = [
  ['unreachable', 'yes', 'no connection to the store, or it ended before an answer came'],
  ['timeout', 'yes', 'no answer from the store within its limit'],
  ['redis_error', 'yes, unless it refused the sign-in, a permission or the command', 'Redis refused, in its own words'],
  ['store_failed', 'yes', 'the store threw something that is no `TikTokError`; it is the `cause`'],
  ['contended', 'yes', 'others kept writing to the same account'],
  ['lease_lost', 'yes', 'the lease on the account ran out, or somebody else has it'],
  ['store_full', 'no', 'a store in memory is at its limit; it drops no account to make room'],
  ['closed', 'no', 'the store was closed'],
  ['malformed_record', 'no', 'what is stored is no record of ours, or of a later version'],
  ['undecryptable', 'no', 'the record was altered or moved, or its key has another secret'],
  ['unknown_cipher_key', 'no', 'the record was encrypted with a key that the cipher was not given'],
  ['malformed_key', 'no', 'half of a surrogate pair in a client key or user id'],
  ['invalid_option', 'no', 'a time or a number that is none'],
];

/**
 * `docs/errors.md`, which is this table to read. Its test fails when the two drift; `npm run docs` in this package writes
 * the page anew.
 */
export function errorsPage(): string {
  return [
    '# Errors',
    '',
    '<!-- Generated from the catalogue of @tt/errors. Do not edit: change the catalogue, then run `npm run docs` in packages/errors. -->',
    '',
    'Every failure that these packages report is a `TikTokError`. Branch on its `type`, look its `code` up here, show its `userMessage`, and send TikTok’s support its `logId`.',
    '',
    '- [Types](#types)',
    '- [Sign-in and tokens](#sign-in-and-tokens): the `error` of an OAuth answer or of the callback',
    '- [API calls](#api-calls): the `error.code` of an API answer',
    '- [Uploads](#uploads): the status with which the upload host refuses a chunk',
    '- [Posts](#posts): the `fail_reason` of a post',
    '- [Without an answer](#without-an-answer): network, timeout, breaker, store',
    '',
    'A code that is not here keeps its own word in `code`. Its type is `RATE_LIMIT_ERROR` at status 429, `SERVER_ERROR` at 5xx, and `API_ERROR` otherwise.',
    '',
    '## Types',
    '',
    '“Again” says whether the same call can succeed soon with nothing changed (`retryable`). A code’s own row below wins over its type’s.',
    '',
    '| `type` | Who must act | Again | What the person reads |',
    '| --- | --- | --- | --- |',
    ...Object.entries(TYPE_TRAITS).map(
      ([type, { audience, retryable, userMessage }]) =>
        `| \`${type}\` | ${WHO[audience]} | ${retryable ? 'yes' : 'no'} | ${userMessage} |`,
    ),
    '',
    ...section('Sign-in and tokens', CATALOGUE.oauth),
    ...section('API calls', CATALOGUE.api),
    ...section('Uploads', CATALOGUE.upload),
    ...section('Posts', CATALOGUE.publish),
    ...withoutAnswer(),
  ].join('\n');
}

function section(title: string, entries: readonly CatalogueEntry[]): string[] {
  return [
    `## ${title}`,
    '',
    '| `code` | `type` | Who must act | Again |',
    '| --- | --- | --- | --- |',
    ...entries.map((entry) => `| \`${entry.code}\` | \`${entry.type}\` | ${WHO[entry.audience]} | ${again(entry)} |`),
    '',
    ...entries.flatMap(details),
  ];
}

function details({ code, type, userMessage, hint, docsUrl }: CatalogueEntry): string[] {
  return [
    `### \`${code}\``,
    '',
    `\`${type}\` · [TikTok’s page](${docsUrl})`,
    '',
    `> ${userMessage}`,
    '',
    ...checks(hint),
    '',
  ];
}

function again({ retryable, windowMs }: CatalogueEntry): string {
  if (windowMs === undefined) return retryable ? 'yes' : 'no';
  const window = windowMs === MINUTE ? 'a minute' : windowMs === DAY ? 'a day' : `${windowMs} ms`;
  return retryable ? `yes, after ${window}` : `not now; after ${window}`;
}

/** A hint says what to check in order, in one text; here each check has a line. */
function checks(hint: string): string[] {
  const steps = hint.split(/(?:^| )\d\. (?=\p{Lu})/u).filter((step) => step !== '');
  return steps.length === 1 ? steps : steps.map((step, index) => `${index + 1}. ${step}`);
}

function withoutAnswer(): string[] {
  return [
    '## Without an answer',
    '',
    'These codes are ours, or the system’s.',
    '',
    '| `type` | `code` | When |',
    '| --- | --- | --- |',
    '| `NETWORK_ERROR` | the system’s, see below | the request could not be delivered, or the connection ended before an answer came |',
    '| `TIMEOUT_ERROR` | `<limit>_exceeded` | no answer within a limit, such as `attempt_timeout_exceeded` or `deadline_exceeded` |',
    '| `SERVER_ERROR` | `unreadable_answer` | the answer was not TikTok’s JSON: a gateway’s page, cut short, or empty |',
    '| `CIRCUIT_OPEN` | `circuit_open` | the circuit breaker refused; `retryAfterMs` is the time left |',
    '| `TOKEN_STORE_ERROR` | the store’s, see below | the token store could not be asked, or refused |',
    '| `VALIDATION_ERROR` | the check’s | our own checks refused, before anything was sent |',
    '',
    'Where the request may have reached TikTok, or the store, and no answer came, `outcomeUnknown` is true: its effect may have happened.',
    '',
    '| System’s `code` | Sent | Again | What to check |',
    '| --- | --- | --- | --- |',
    ...NETWORK_CODES.map(
      ({ code, sent, retryable, hint }) =>
        `| \`${code}\` | ${sent ? 'maybe' : 'no'} | ${retryable ? 'yes' : 'no'} | ${hint} |`,
    ),
    '',
    '### Token stores',
    '',
    '| Store’s `code` | Again | When |',
    '| --- | --- | --- |',
    ...STORE_CODES.map(([code, again, when]) => `| \`${code}\` | ${again} | ${when} |`),
    '',
  ];
}
