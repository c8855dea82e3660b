import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@tt/tooling/processes';
import type { InstalledPackage, PackageUnderTest } from './package-under-test.js';

/**
 * Installs a package into an empty folder, as somebody who has nothing else would.
 *
 * @throws Error naming what could not be installed, and what npm said of it.
 */
export async function install(wanted: PackageUnderTest, folder: string): Promise<InstalledPackage> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { code, output } = await run('npm', ['install', '--prefer-offline', ...quiet, ...wanted.specifiers], {
    cwd: folder,
  });
  if (code !== 0) {
    throw new Error(
      `${wanted.name} could not be installed (npm install ${wanted.specifiers.join(' ')}); this table needs a registry, ` +
        `or everything in npm's cache:\n${output.trimEnd()}`,
    );
  }
  const modules = join(folder, 'node_modules');
  return { ...wanted, folder, size: await sizeOf(modules), ownSize: await sizeOf(join(modules, wanted.name)) };
}

/** The bytes of all files, as they are; a disk rounds each up to its blocks. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== '.package-lock.json');
  const sizes = await Promise.all(files.map(async (file) => (await lstat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
