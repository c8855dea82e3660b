import { catalog } from '@tt/tooling/workspaces';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.js';
import { published } from './published.js';

const { registryUrl, packages } = published();

/** Each a way in which people's projects are set up. */
const dialects = [
  {
    name: 'nodenext, ES modules',
    file: 'nodenext.mts',
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  {
    name: 'nodenext, CommonJS',
    file: 'nodenext.cts',
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  {
    name: 'bundler',
    file: 'bundler.ts',
    options: { module: 'preserve', moduleResolution: 'bundler' },
  },
];

describe('the types, for a strict TypeScript project that checks its libraries', () => {
  let consumer: Consumer;

  beforeAll(async () => {
    const { typescript, '@types/node': nodeTypes } = catalog();
    const ours = packages.map(({ manifest }) => manifest.name);
    consumer = await createConsumer(registryUrl, [
      ...ours,
      'ioredis',
      `typescript@${typescript}`,
      `@types/node@${nodeTypes}`,
    ]);
  });

  afterAll(() => consumer?.remove());

  test.each(dialects)('compile under $name', async ({ file, options }) => {
    const names = packages.flatMap(({ manifest }) =>
      Object.keys(manifest.exports ?? {})
        .filter((path) => path !== './package.json')
        .map((path) => path.replace(/^\./, manifest.name)),
    );
    // An export that resolves to no types would be `any`, and pass: `keyof any` holds numbers, a module's never does.
    const code = names.map(
      (name, index) => `import * as door${index} from '${name}';
const notAny${index}: number extends keyof typeof door${index} ? never : true = true;
console.log(door${index}, notAny${index});
`,
    );
    await consumer.write(file, code.join(''));
    await consumer.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          ...options,
          target: 'es2022',
          lib: ['es2023'],
          types: ['node'],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
        },
        files: [file],
      }),
    );
    const { code: exitCode, output } = await consumer.run('node', ['node_modules/typescript/bin/tsc']);
    expect(exitCode, output).toBe(0);
  });
});
