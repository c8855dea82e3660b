import { type PackedPackage, packPackages } from '@tt/tooling/pack';
import { versionOf } from '../../report/versions.js';
import type { PackageUnderTest } from './package-under-test.js';

/** Not installed here: of no other use. */
const SLACK_OAUTH = '4.0.0';

const PEERS = ['arctic', 'simple-oauth2', 'google-auth-library', 'opossum', 'pino'];

/** Ours as they would be published, packed into a folder, and the peers. */
export async function packagesUnderTest(folder: string): Promise<readonly PackageUnderTest[]> {
  const packed = await packPackages(folder);
  const ours = packed
    .filter(({ manifest }) => manifest.bin === undefined)
    .map(({ manifest }): PackageUnderTest => {
      const { name } = manifest;
      return {
        name,
        role: 'ours',
        specifiers: specifiersOf(name, packed),
        dependencies: Object.keys(neededBy(manifest)),
      };
    });
  const peers = [...PEERS.map((name) => `${name}@${versionOf(name)}`), `@slack/oauth@${SLACK_OAUTH}`].map(
    (specifier): PackageUnderTest => ({
      name: nameOf(specifier),
      role: 'peer',
      specifiers: [specifier],
      dependencies: [],
    }),
  );
  return [...ours, ...peers];
}

/** The tarballs that a package of ours needs, its own among them, and what else they depend on. */
function specifiersOf(name: string, packed: readonly PackedPackage[]): readonly string[] {
  const specifiers = new Set<string>();
  const visit = (wanted: string, range: string): void => {
    const found = packed.find(({ manifest }) => manifest.name === wanted);
    const specifier = found?.tarball ?? `${wanted}@${range}`;
    if (specifiers.has(specifier)) return;
    specifiers.add(specifier);
    if (found === undefined) return;
    for (const [dependency, wantedRange] of Object.entries(neededBy(found.manifest))) visit(dependency, wantedRange);
  };
  visit(name, '');
  return [...specifiers];
}

function neededBy({ dependencies, peerDependencies }: PackedPackage['manifest']): Readonly<Record<string, string>> {
  return { ...dependencies, ...peerDependencies };
}

function nameOf(specifier: string): string {
  return specifier.slice(0, specifier.indexOf('@', 1));
}
