// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest The fields of a package.json that the tooling reads.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [packageManager]
 * @property {string} [main]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, unknown>} [exports]
 * @property {string | Record<string, string>} [bin]
 *
 * @typedef {object} Workspace
 * @property {string} path Its folder from the root of the repository, with forward slashes: `packages/errors`.
 * @property {Manifest} manifest
 */

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The workspaces, in the order in which pnpm-workspace.yaml names their folders. */
export function listWorkspaces() {
  return workspaceGlobs()
    .flatMap((glob) => (glob.endsWith('/*') ? childFolders(glob.slice(0, -2)) : [glob]))
    .filter((path) => existsSync(join(root, path, 'package.json')))
    .map((path) => /** @type {Workspace} */ ({ path, manifest: readManifest(path) }));
}

/** The workspaces that people install from npm. */
export function publishableWorkspaces() {
  return listWorkspaces().filter(({ manifest }) => manifest.private !== true);
}

/** The exact pnpm version, from its one place: `packageManager` in the root package.json. */
export function pnpmVersion() {
  const version = /^pnpm@(\d+\.\d+\.\d+)/.exec(readManifest('.').packageManager ?? '')?.[1];
  if (version === undefined) {
    throw new Error('package.json must name the package manager as "packageManager": "pnpm@<version>"');
  }
  return version;
}

/** The catalog of pnpm-workspace.yaml: the one version of everything that more than one workspace uses. */
export function catalog() {
  return Object.fromEntries(
    sectionOf('catalog').flatMap((line) => {
      const [, name, version] = /^ {2}["']?([^"':]+)["']?: (\S+)$/.exec(line) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    }),
  );
}

/** @param {string} path */
function readManifest(path) {
  return /** @type {Manifest} */ (JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')));
}

function workspaceGlobs() {
  return sectionOf('packages').flatMap((line) => /^ {2}- ["']?([^"']+)["']?$/.exec(line)?.[1] ?? []);
}

/**
 * The indented lines below one key of pnpm-workspace.yaml. Read by hand because this runs before anything is
 * installed, a YAML parser included.
 *
 * @param {string} key
 */
function sectionOf(key) {
  const lines = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').split(/\r?\n/);
  const start = lines.indexOf(`${key}:`);
  if (start === -1) {
    throw new Error(`pnpm-workspace.yaml has no "${key}:"`);
  }
  const length = lines.slice(start + 1).findIndex((line) => /^[^\s#]/.test(line));
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
}

/** @param {string} folder */
function childFolders(folder) {
  if (!existsSync(join(root, folder))) {
    return [];
  }
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)
    .sort();
}
