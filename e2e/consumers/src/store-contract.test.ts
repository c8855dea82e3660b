import { catalog } from '@tt/tooling/workspaces';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.js';
import { published } from './published.js';

const { registryUrl } = published();

const suite = `
describeTokenStore('theirs', {
  runner: { describe, it },
  open: () => ({ store: new MemoryTokenStore() }),
  capabilities: { sharedAcrossInstances: false },
});
describeTokenStore('broken', {
  runner: { describe, it },
  open: () => {
    const store = new MemoryTokenStore();
    return { store: Object.assign(store, { put: async () => ({ ok: true, version: 'never-kept' }) }) };
  },
  capabilities: { sharedAcrossInstances: false, watch: false, due: false },
  patienceMs: 100,
});
`;

const fromOauth = {
  esm: `import { MemoryTokenStore } from '@tt/oauth';
import { describeTokenStore } from '@tt/oauth/testing';`,
  cjs: `const { MemoryTokenStore } = require('@tt/oauth');\nconst { describeTokenStore } = require('@tt/oauth/testing');`,
};

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root', '.'];

/** Ways in which an author of a store runs tests. */
const runners = [
  {
    name: 'node:test, ES modules',
    file: 'node-test.mjs',
    code: `import { describe, it } from 'node:test';\n${fromOauth.esm}`,
    command: ['--test'],
  },
  {
    name: 'node:test, CommonJS',
    file: 'node-test.cjs',
    code: `const { describe, it } = require('node:test');\n${fromOauth.cjs}`,
    command: ['--test'],
  },
  {
    name: 'vitest, ES modules',
    file: 'esm.test.mjs',
    code: `import { describe, it } from 'vitest';\n${fromOauth.esm}`,
    command: vitest,
  },
  {
    name: 'vitest, CommonJS',
    file: 'cjs.test.mjs',
    code: `import { createRequire } from 'node:module';\nimport { describe, it } from 'vitest';\nconst require = createRequire(import.meta.url);\n${fromOauth.cjs}`,
    command: vitest,
  },
];

describe('the suite for token stores, in the project of a store’s author', () => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await createConsumer(registryUrl, ['@tt/oauth', `vitest@${catalog().vitest}`]);
  });

  afterAll(() => consumer?.remove());

  test.concurrent.each(runners)(
    'passes a good store and fails a broken one under $name',
    async ({ file, code, command }) => {
      await consumer.write(file, `${code}${suite}`);
      const { code: exitCode, output } = await consumer.run('node', [...command, file]);
      expect(exitCode, output).toBe(1);
      const failed = output.split('\n').filter((line) => /^\s*(not ok|✖|×|FAIL)/.test(line) || line.includes('FAIL'));
      expect(failed.join('\n')).toContain('comes back as it was written, with its version');
      expect(failed.join('\n')).not.toContain('theirs');
      expect(output).toContain('This rule of the contract is broken. A token that is changed in any way is refused');
    },
  );
});
