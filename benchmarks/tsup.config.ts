import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    'contender-process': 'src/harness/contender-process.ts',
    'emulator-server': 'src/emulator-server/server.ts',
    'stampede-member': 'src/works/stampede/member-process.ts',
    'token-server': 'src/token-server/server.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  // A contender is measured as npm installed it, never as a bundler rewrote it.
  skipNodeModulesBundle: true,
  sourcemap: true,
  clean: true,
});
