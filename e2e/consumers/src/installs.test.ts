import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.js';
import { published } from './published.js';

const { registryUrl, packages } = published();

const consumers: Consumer[] = [];

afterAll(async () => {
  await Promise.all(consumers.map((consumer) => consumer.remove()));
});

/** The names under which a package can be imported: `@tt/oauth`, `@tt/oauth/testing`. */
function doors(name: string, exports: Record<string, unknown> = {}): string[] {
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => path.replace(/^\./, name));
}

describe.each(packages.map(({ manifest }) => manifest))('$name alone', ({ name, exports, bin }) => {
  test('installs by name, brings what it needs, and imports in ESM and CommonJS', async () => {
    const consumer = await createConsumer(registryUrl, [name]);
    consumers.push(consumer);

    const tree = await consumer.run('npm', ['ls', '--all', '--loglevel', 'error']);
    expect(tree.code, tree.output).toBe(0);
    expect(tree.output).not.toMatch(/UNMET|missing|invalid|extraneous|deduped invalid/);

    expect(doors(name, exports)).toContain(name);
    for (const door of doors(name, exports)) {
      // Importing has no effect but the import: nothing printed, nothing left that keeps the process alive.
      await consumer.write('esm.mjs', `console.log(JSON.stringify(Object.keys(await import('${door}')).sort()));`);
      await consumer.write('cjs.cjs', `console.log(JSON.stringify(Object.keys(require('${door}')).sort()));`);
      const esm = await consumer.run('node', ['esm.mjs'], { timeoutMs: 10_000 });
      const cjs = await consumer.run('node', ['cjs.cjs'], { timeoutMs: 10_000 });
      expect(esm.code, `import of ${door}: ${esm.output}`).toBe(0);
      expect(cjs.code, `require of ${door}: ${cjs.output}`).toBe(0);
      expect(JSON.parse(esm.output)).not.toEqual([]);
      expect(JSON.parse(cjs.output)).toEqual(JSON.parse(esm.output));
    }

    const commands = typeof bin === 'string' ? [name.replace('@tt/', '')] : Object.keys(bin ?? {});
    for (const command of commands) {
      expect(existsSync(join(consumer.folder, 'node_modules', '.bin', command)), command).toBe(true);
    }
  });
});
