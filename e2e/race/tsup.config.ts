import { defineConfig, type Options } from 'tsup';

const shared: Options = { format: 'esm', target: 'node20', platform: 'node', sourcemap: true };

export default defineConfig([
  { ...shared, entry: ['src/main.ts'] },
  {
    ...shared,
    entry: ['src/programs/worker.ts', 'src/programs/tiktok.ts', 'src/programs/checker.ts'],
    // Each is copied by itself to where nothing but the packages is installed.
    splitting: false,
    noExternal: ['@tt/tooling'],
  },
]);
