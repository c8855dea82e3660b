// @ts-check
import { defineConfig } from 'tsup';

/**
 * How every publishable package is built: ESM and CommonJS with a declaration file for each,
 * nothing bundled but the package's own source.
 *
 * @param {string[]} [entry] The public doors; one output each.
 */
export function libraryConfig(entry = ['src/index.ts']) {
  return defineConfig(({ watch }) => ({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    // A rebuild while watching must not take away what a running process imports.
    clean: !watch,
    // tsup 8 passes `baseUrl`, which TypeScript 6 deprecates.
    dts: watch ? false : { compilerOptions: { ignoreDeprecations: '6.0' } },
    // While watching only errors are news; the demo's own output must stay readable.
    silent: Boolean(watch),
    sourcemap: true,
    treeshake: true,
    removeNodeProtocol: false,
  }));
}
