import { CONTRACT } from '../contract.js';
import type { Ability, Rule, RuleGroup } from '../rule.js';

const ASKED_WITH: Readonly<Record<Ability, string>> = {
  watch: '',
  due: '',
  sharedAcrossInstances: '',
  outage: 'asked for with `faults.outage`',
  loseNextAnswer: 'asked for with `faults.loseNextAnswer`',
  dropConnections: 'asked for with `faults.dropConnections`',
};

/**
 * `docs/guides/token-stores.md`: the contract, to read. Its test fails when page and suite drift apart; `npm run docs` in
 * this package writes the page anew.
 */
export function contractPage(): string {
  return [
    '# Token stores',
    '',
    '<!-- Generated from the suite of @tt/oauth/testing. Do not edit: change the rules, then run `npm run docs` in packages/oauth. -->',
    '',
    'TikTok’s refresh tokens work once. A store that loses a write, guesses an answer or gives a lease twice costs somebody their sign-in, days later and far from the cause. So the contract of `TokenStore` is a suite of tests, and this page is that suite to read: each rule, and what happens to people where a store breaks it.',
    '',
    'The types and what each method takes are in the doc comments of `TokenStore`. The smallest store that keeps every rule stands in [the README of @tt/oauth](../../packages/oauth#writing-another-store); `packages/token-store-redis` is one on a real database.',
    '',
    '## Write one',
    '',
    '- Keep a record as the text that `createRecordCodec` makes of it. It is encrypted then, bound to its account and version, and no field gets lost when a later version has one more. Beside it you need the account, the version, the due time and the end, nothing else.',
    '- Let the database compare: one statement or script that looks at the version and writes. Looking first and writing then loses writes, and a lock in your process does not help the next process.',
    '- Draw the version, 16 random bytes, before you send the write. If the driver may repeat a write whose answer got lost, send the same version again, and take a conflict with that very version for success.',
    '- Let a lease end by the clock of the database, and here no later than there: count from when you asked for it.',
    '- Turn every error of your driver into a `TikTokError` of type `TOKEN_STORE_ERROR`, without the statement and its values. Where the write may have happened, say so with `outcomeUnknown: true`. Never answer `null` for an error.',
    '',
    '## Hold it to the contract',
    '',
    '`describeTokenStore(name, options)` of `@tt/oauth/testing` makes a test of each rule with your own test runner. Run it against the database you use in production, of that version, set up in that way.',
    '',
    '| Option | |',
    '| --- | --- |',
    '| `runner` | `{ describe, it }` of vitest, jest, `node:test` or mocha |',
    '| `open` | gives `{ store, second }` for one rule: an empty store, and another instance on the same data. A key prefix or a schema that is drawn for each call is enough |',
    '| `dispose` | cleans up what `open` set up |',
    '| `capabilities` | what the store cannot do: `{ watch: false }`, `{ due: false }`, `{ sharedAcrossInstances: false }` |',
    '| `faults` | how to cause an `outage`, `loseNextAnswer` and `dropConnections`; what is missing is not tested, and the title says so |',
    '| `passTime` | lets time pass for the store; by default the suite waits |',
    '| `resolutionMs` | the shortest span the store can tell apart, by default 1; a store of whole seconds says 1,000 |',
    '| `patienceMs` | how long a change may take to be seen, by default 4,000; less than your runner gives a test |',
    '',
    'A store that cannot tell of changes never says `up`: the application then asks it before it trusts its cache. One that keeps no list of what is due gives an empty one: tokens are then refreshed when they are used.',
    '',
    ...CONTRACT.flatMap(section),
  ].join('\n');
}

function section({ title, rules }: RuleGroup): string[] {
  return [
    `## ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    '',
    '| The rule | Without it |',
    '| --- | --- |',
    ...rules.map((rule) => `| ${rule.name}${condition(rule)} | ${rule.why} |`),
    '',
  ];
}

function condition({ needs = [], unless }: Rule): string {
  const conditions = needs.map((ability) => ASKED_WITH[ability]).filter((words) => words !== '');
  if (unless !== undefined) conditions.push(`asked for with \`capabilities.${unless}: false\``);
  return conditions.map((words) => ` (${words})`).join('');
}
