import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishableWorkspaces, root } from '@tt/tooling/workspaces';
import { type CodeBlock, codeBlocks } from './code-blocks.js';

export interface ReadmeBlock extends CodeBlock {
  /** From the root of the repository: `packages/errors/README.md`. */
  readonly readme: string;
}

/** The pages whose code people copy: the root's and each package's. */
export function readmePaths(): string[] {
  return ['README.md', ...publishableWorkspaces().map(({ path }) => `${path}/README.md`)];
}

export function readmeBlocks(): ReadmeBlock[] {
  return readmePaths()
    .filter((readme) => existsSync(join(root, readme)))
    .flatMap((readme) => codeBlocks(readFileSync(join(root, readme), 'utf8')).map((block) => ({ ...block, readme })));
}
