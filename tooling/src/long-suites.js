// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces, root } from './workspaces.js';

/** A suite has a long form if it looks at this variable; `npm run test:long` sets it to 1. */
const VARIABLE = 'process.env.TT_LONG';

/** The suites that do less in `npm test` than they can, by their paths from the root of the repository. */
export function longSuites() {
  const workspaces = listWorkspaces().filter(({ path }) => existsSync(join(root, path, 'src')));
  return workspaces.flatMap(({ path }) =>
    readdirSync(join(root, path, 'src'), { recursive: true, encoding: 'utf8' })
      .map((file) => `${path}/src/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.test.ts'))
      .filter((file) => readFileSync(join(root, file), 'utf8').includes(VARIABLE))
      .sort(),
  );
}
