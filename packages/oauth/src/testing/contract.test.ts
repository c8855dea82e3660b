import { expect, it } from 'vitest';
import { CONTRACT } from './contract.js';
import { contractPage } from './test-support/contract-page.js';

const rules = CONTRACT.flatMap(({ title, rules: group }) => group.map((rule) => ({ title, ...rule })));

it('names no rule twice, and says of each what it is for', () => {
  expect(new Set(rules.map(({ title, name }) => `${title}: ${name}`)).size).toBe(rules.length);
  for (const { why } of rules) expect(why).toMatch(/^[A-Z].{30,}\.$/);
});

it('docs/guides/token-stores.md is what the suite asks for; `npm run docs` writes it anew', async () => {
  await expect(contractPage()).toMatchFileSnapshot('../../../../docs/guides/token-stores.md');
});
