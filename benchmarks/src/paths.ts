import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this workspace: this file lies one below it, in `src` and bundled in `dist`. */
export const workspace = fileURLToPath(new URL('../', import.meta.url));

/** A built program of this workspace, by its name in tsup.config.ts. */
export function program(name: string): string {
  return join(workspace, 'dist', `${name}.js`);
}
