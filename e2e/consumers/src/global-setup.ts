import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedIn, packPackages } from '@tt/tooling/pack';
import type { TestProject } from 'vitest/node';
import type { PublishedPackages } from './published.js';
import { publish, type Registry, startRegistry } from './registry.js';

declare module 'vitest' {
  export interface ProvidedContext {
    published: PublishedPackages | { readonly error: string };
  }
}

/**
 * Packs every package (unless `TT_PACKED` names a folder with the tarballs) and publishes them for all test files.
 *
 * A failure is told to those files: thrown from here, it would end the tests of every other workspace as well.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-registry-'));
  let registry: Registry | undefined;
  try {
    const packed = process.env.TT_PACKED;
    const packages = packed === undefined ? await packPackages(folder) : packedIn(packed);
    registry = await startRegistry(folder);
    await publish(packages, registry.url, join(folder, 'publisher'));
    project.provide('published', { registryUrl: registry.url, packages });
  } catch (error) {
    project.provide('published', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  return async () => {
    await registry?.close();
    await rm(folder, { recursive: true, force: true });
  };
}
