import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { faultTable } from './testing/fault-table.js';

const BEGIN = '<!-- Generated: `npm run docs` in packages/http measures it anew. -->';
const END = '<!-- End of what is generated. -->';

it('the table of faults in the README is what happens; `npm run docs` writes it anew', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [before, after] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  expect(before).toBeGreaterThan(0);
  expect(after).toBeGreaterThan(before);
  const table = await faultTable();
  const measured = `${readme.slice(0, before + BEGIN.length)}\n\n${table}\n\n${readme.slice(after)}`;
  await expect(measured).toMatchFileSnapshot('../README.md');
}, 120_000);
