import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedIn, packPackages } from '@tt/tooling/pack';
import { run } from '@tt/tooling/processes';
import { strangersEnvironment } from '@tt/tooling/strangers-environment';
import { catalog, root } from '@tt/tooling/workspaces';

const PROGRAMS = ['worker', 'tiktok', 'checker'] as const;
export type Program = (typeof PROGRAMS)[number];

const INSTALL_WITHIN_MS = 120_000;

/** A folder where the packages are installed from their tarballs, beside the programs that use them. */
export interface Installation {
  readonly folder: string;
  program(name: Program): string;
  remove(): Promise<void>;
}

/** Packs the packages, unless `TT_PACKED` names a folder with the tarballs, and installs them as anybody would. */
export async function install(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-race-'));
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', removeAtExit);
  const installation: Installation = {
    folder,
    program: (name) => join(folder, `${name}.js`),
    remove: async () => {
      await rm(folder, { recursive: true, force: true });
      process.off('exit', removeAtExit);
    },
  };
  try {
    const packages = process.env.TT_PACKED === undefined ? await packPackages(folder) : packedIn(process.env.TT_PACKED);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'race', private: true, type: 'module' }));
    const { code, output } = await run(
      'npm',
      [
        'install',
        ...packages.map(({ tarball }) => tarball),
        `ioredis@${catalog().ioredis}`,
        ...['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel', 'error'],
      ],
      { cwd: folder, env: strangersEnvironment(), timeoutMs: INSTALL_WITHIN_MS },
    );
    if (code !== 0) throw new Error(`the packages could not be installed from their tarballs:\n${output}`);
    for (const name of PROGRAMS) await cp(join(root, 'e2e', 'race', 'dist', `${name}.js`), installation.program(name));
    return installation;
  } catch (error) {
    await installation.remove();
    throw error;
  }
}
