/** A package that is installed alone, and imported. */
export interface PackageUnderTest {
  /** As it is imported. */
  readonly name: string;
  readonly role: 'ours' | 'peer';
  /** What npm is told to install: `name@version`, or tarballs. */
  readonly specifiers: readonly string[];
  /** What it depends on itself, ours included: imported before it, to time the rest. */
  readonly dependencies: readonly string[];
}

/** One that is installed, in a folder of its own. */
export interface InstalledPackage extends PackageUnderTest {
  readonly folder: string;
  /** All that was installed, in bytes. */
  readonly size: number;
  /** The package itself without what it depends on, in bytes. */
  readonly ownSize: number;
}
