// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.js';
import { publishableWorkspaces, root } from './workspaces.js';

/**
 * @typedef {import('./workspaces.js').Workspace & { tarball: string }} PackedPackage `tarball` is an absolute path.
 */

/**
 * Packs every publishable package, exactly as `npm publish` would upload it.
 *
 * @param {string} destination An existing folder for the tarballs.
 * @returns {Promise<PackedPackage[]>}
 */
export async function packPackages(destination) {
  const packages = publishableWorkspaces();
  const unbuilt = packages.filter(({ path, manifest }) => !existsSync(join(root, path, manifest.main ?? 'dist')));
  if (unbuilt.length > 0) {
    throw new Error(`${unbuilt.map(({ path }) => path).join(', ')}: not built yet; run \`npm run build\` first`);
  }
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`);
  const { code, output } = await run('pnpm', ['--recursive', ...filters, 'pack', '--pack-destination', destination]);
  if (code !== 0) {
    throw new Error(`pnpm pack failed (exit code ${code}):\n${output}`);
  }
  return packedIn(destination);
}

/**
 * The packages whose tarballs already lie in a folder.
 *
 * @param {string} folder
 * @returns {PackedPackage[]}
 */
export function packedIn(folder) {
  const files = readdirSync(folder);
  return publishableWorkspaces().map((workspace) => {
    const { name, version } = workspace.manifest;
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    if (!files.includes(file)) {
      throw new Error(`${folder} holds no ${file}`);
    }
    return { ...workspace, tarball: join(folder, file) };
  });
}
