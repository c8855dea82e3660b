import { expect, test } from 'vitest';
import { codeBlocks, importedPackages, installedPackages } from './code-blocks.js';

test('finds the code blocks, and where they begin', () => {
  const page = [
    '# Title',
    '',
    '```ts',
    "import 'a';",
    '',
    'b();',
    '```',
    'text `inline`',
    '~~~sh title="x"',
    'npm i',
    '~~~',
  ];
  expect(codeBlocks(page.join('\n'))).toEqual([
    { language: 'ts', line: 4, code: "import 'a';\n\nb();\n" },
    { language: 'sh', line: 10, code: 'npm i\n' },
  ]);
});

test('takes the indentation of a block in a list off its code', () => {
  expect(codeBlocks('- item\n\n  ```ts\n  if (a) {\n    b();\n\n  }\n  ```\n')).toEqual([
    { language: 'ts', line: 4, code: 'if (a) {\n  b();\n\n}\n' },
  ]);
});

test('keeps a shorter fence inside a block', () => {
  expect(codeBlocks('````md\n```ts\nx\n```\n````\n')).toEqual([{ language: 'md', line: 2, code: '```ts\nx\n```\n' }]);
});

test('refuses a block that is never closed', () => {
  expect(() => codeBlocks('\n```ts\nx')).toThrow('line 3');
});

test('reads the packages of npm install lines', () => {
  expect(
    installedPackages(
      'npm i @tt/oauth ioredis\n# npm i not-this\nnpm install -D vitest@4 @tt/emulator@^1.0.0\nnpm start\n',
    ),
  ).toEqual(['@tt/oauth', 'ioredis', 'vitest', '@tt/emulator']);
});

test('reads the packages that a block imports', () => {
  const code = `
import express from 'express';
import { readFile } from 'node:fs/promises';
import { describeTokenStore } from '@tt/oauth/testing';
import '@tt/oauth';
import './local.js';
const { default: lazy } = await import('ioredis/built/x');
`;
  expect(importedPackages(code)).toEqual(['express', '@tt/oauth', 'ioredis']);
});
