import { API_RULES } from './api-rules.js';
import type { FidelityRule, FidelitySection } from './fidelity-rule.js';
import { OAUTH_RULES } from './oauth-rules.js';
import { OPEN_QUESTIONS } from './open-questions.js';
import { renderSource } from './source.js';

export const FIDELITY: readonly FidelitySection[] = [...OAUTH_RULES, ...API_RULES];

/** The page `docs/fidelity.md`. */
export function renderFidelity(): string {
  return [
    '<!-- Generated from packages/emulator/src/fidelity. After a change there: cd packages/emulator && npx vitest run src/fidelity -u -->',
    '',
    '# How faithful the emulator is',
    '',
    'Each rule that [`@tt/emulator`](../packages/emulator#readme) holds its callers to, where the rule comes from, and the tests that',
    'fail when it is broken. Nothing here was tried against the live TikTok. "Inferred" is a conclusion of ours; "seen" is what',
    'somebody reported in public.',
    ...FIDELITY.flatMap(({ title, rules }) => [
      '',
      `## ${title}`,
      '',
      '| Rule | Source | Tested by |',
      '| --- | --- | --- |',
      ...rules.map((rule) => row([rule.rule, ...references(rule)])),
    ]),
    '',
    "## What TikTok's pages leave open",
    '',
    'They are silent, contradict each other, or contradict what people see. An option chooses; its first choice is the default,',
    'and the strict reading.',
    '',
    '| Question | Option | Choices | Source | Tested by |',
    '| --- | --- | --- | --- | --- |',
    ...OPEN_QUESTIONS.map((question) =>
      row([
        question.question,
        `\`${question.option}\``,
        question.choices.map((choice) => `\`${choice}\``).join('<br>'),
        ...references(question),
      ]),
    ),
    '',
    '## Not emulated',
    '',
    'Posting and upload, QR login, webhooks, Data Portability, Research and Minis.',
    '',
  ].join('\n');
}

function references({ sources, tests }: Pick<FidelityRule, 'sources' | 'tests'>): string[] {
  return [
    sources.map(renderSource).join('<br>'),
    // `%s` and the like stand for what a table of cases puts there.
    tests
      .map(([file, title]) => `[${file}](../packages/emulator/src/${file}): ${title.replace(/%[a-z]/g, '…')}`)
      .join('<br>'),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
