import type { PackedPackage } from '@tt/tooling/pack';
import { inject } from 'vitest';

export interface PublishedPackages {
  /** Where they can be installed from. */
  readonly registryUrl: string;
  readonly packages: PackedPackage[];
}

/** What the global set-up published. Throws when it could not. */
export function published(): PublishedPackages {
  const result = inject('published');
  if ('error' in result) {
    throw new Error(`the packages could not be published: ${result.error}`);
  }
  return result;
}
