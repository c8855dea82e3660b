import { expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import { errorsPage } from './errors-page.js';
import { TikTokErrorType } from './tiktok-error-type.js';

it('docs/errors.md is what the catalogue says; `npm run docs` writes it anew', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../../docs/errors.md');
});

it('has every code with its message and every check, and every type', () => {
  const page = errorsPage();
  for (const { code, userMessage, hint } of Object.values(CATALOGUE).flat()) {
    expect(page).toContain(`### \`${code}\``);
    expect(page).toContain(userMessage);
    for (const word of hint.split(/\s+/)) expect(page).toContain(word);
  }
  for (const type of Object.keys(TikTokErrorType)) expect(page).toContain(`| \`${type}\` |`);
});
