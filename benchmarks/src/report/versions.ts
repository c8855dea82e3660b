import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from '../paths.js';

/** The version of an installed package. */
export function versionOf(name: string): string {
  // Its file, since `exports` may hide it from import.
  const manifest: unknown = JSON.parse(readFileSync(join(workspace, 'node_modules', name, 'package.json'), 'utf8'));
  const version: unknown = Object(manifest).version;
  if (typeof version !== 'string') throw new TypeError(`${name}: its package.json has no version`);
  return version;
}
