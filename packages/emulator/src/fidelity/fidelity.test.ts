import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EMULATOR_OPERATIONS } from '../operation.js';
import { RULE_NAMES } from '../rules.js';
import { OPEN_QUESTIONS } from './open-questions.js';
import { FIDELITY, renderFidelity } from './render-fidelity.js';

const rules = [...FIDELITY.flatMap((section) => section.rules), ...OPEN_QUESTIONS];

test('docs/fidelity.md is what the table says', async () => {
  const page = fileURLToPath(new URL('../../../../docs/fidelity.md', import.meta.url));
  await expect(renderFidelity()).toMatchFileSnapshot(page);
});

test.each([...new Set(rules.flatMap(({ tests }) => tests.map(([file]) => file)))])(
  'every test that is named in %s exists there, once, and is not skipped',
  (file) => {
    const titles = titlesIn(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
    const named = rules.flatMap(({ tests }) => tests.filter((each) => each[0] === file).map(([, title]) => title));
    expect(named.filter((title) => titles.filter((each) => each === title).length !== 1)).toEqual([]);
  },
);

test('every rule has a source and a test', () => {
  expect(rules.filter(({ sources, tests }) => sources.length === 0 || tests.length === 0)).toEqual([]);
});

test('nothing the emulator does is missing', () => {
  const operations = FIDELITY.flatMap((section) => section.operations);
  expect(operations.toSorted()).toEqual([...EMULATOR_OPERATIONS].sort());
});

test('no option that chooses is missing', () => {
  const options = OPEN_QUESTIONS.map(({ option }) => option);
  expect(options.toSorted()).toEqual([...RULE_NAMES, 'lifetimes', 'rateLimits'].sort());
});

/** The titles of the tests in a file, as they are written: `test('...'`, or `test.each(...)('...'`. */
function titlesIn(source: string): string[] {
  if (/\b(?:test|describe)(?:\.each)?\.(?:skip|todo|only)/.test(source)) return [];
  const calls = source.matchAll(/(?:\btest|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1\s*,/g);
  return [...calls].map(([, quote = '', title = '']) => title.replaceAll(`\\${quote}`, quote));
}
