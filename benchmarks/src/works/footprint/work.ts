import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pace } from '../../harness/pace.js';
import { median, rotated, spread } from '../../harness/statistics.js';
import type { Table, Verdict } from '../../report/table.js';
import { megabytes, percent, time } from '../../report/units.js';
import type { Survey } from '../../work.js';
import { install } from './install.js';
import type { InstalledPackage } from './package-under-test.js';
import { packagesUnderTest } from './packages.js';
import { type ImportTime, timeImport } from './time-import.js';

const MS = 1e6;
const MB = 1e6;
/** An import is short: more rounds cost little. */
const IMPORTS_A_ROUND = 3;

interface Measured {
  readonly installed: InstalledPackage;
  readonly imports: ImportTime[];
}

export const footprint: Survey = {
  kind: 'survey',
  name: 'footprint',
  title: 'Import time and installed size',
  about: `Each package installed from its tarball by \`npm install\` into an empty folder, and imported there in a new process.
\`of its own\` is the time that is left where what it depends on (ours too) was imported before, and its size without that.`,
  survey: async (pace) => [tableOf(await measureAll(pace))],
};

async function measureAll({ rounds }: Pace): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-footprint-'));
  try {
    const all: Measured[] = [];
    for (const [index, wanted] of (await packagesUnderTest(folder)).entries()) {
      all.push({ installed: await install(wanted, join(folder, `install-${index}`)), imports: [] });
    }
    // Once unmeasured, so that the files are in memory for everybody.
    for (const { installed } of all) await timeImport(installed);
    for (let round = 0; round < rounds * IMPORTS_A_ROUND; round += 1) {
      for (const { installed, imports } of rotated(all, round)) imports.push(await timeImport(installed));
    }
    return all;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tableOf(all: readonly Measured[]): Table {
  const rows = all.map(({ installed: { name, role, specifiers, size, ownSize }, imports }) => {
    const shown = role === 'ours' ? `**${name}**` : (specifiers[0] ?? name);
    const sizes = [megabytes(size), megabytes(ownSize)];
    const own = role === 'ours' ? time(median(imports.map((one) => one.own))) : '';
    const totals = imports.map(({ total }) => total);
    return [shown, time(median(totals)), `± ${percent(spread(totals))}`, own, ...sizes];
  });
  return {
    title: 'each package alone',
    columns: ['', 'import', 'spread', 'of its own', 'installed', 'of its own'],
    rows,
    verdicts: verdictsOn(all),
    notes: ['- @tt/token-store-redis: with @tt/oauth and ioredis, which it needs beside it.'],
  };
}

function verdictsOn(all: readonly Measured[]): readonly Verdict[] {
  const find = (name: string): Measured => {
    const found = all.find(({ installed }) => installed.name === name);
    if (found === undefined) throw new TypeError(`${name} was not measured`);
    return found;
  };
  const totalOf = (name: string): number => median(find(name).imports.map(({ total }) => total));
  const own = all
    .filter(({ installed }) => installed.role === 'ours')
    .map(({ installed: { name }, imports }) =>
      limit(`${name}: its own code imports`, median(imports.map((one) => one.own)), 5),
    );
  const oauth = totalOf('@tt/oauth');
  const { size } = find('@tt/oauth').installed;
  return [
    ...own,
    limit('@tt/errors: imports', totalOf('@tt/errors'), 3),
    limit('@tt/oauth: imports', oauth, 45),
    { aim: '@tt/oauth: imports faster than @slack/oauth', met: oauth < totalOf('@slack/oauth'), measured: time(oauth) },
    { aim: '@tt/oauth: installs in less than 8 MB', met: size < 8 * MB, measured: megabytes(size) },
  ];
}

function limit(what: string, ns: number, mostMs: number): Verdict {
  return { aim: `${what} in at most ${mostMs} ms`, met: ns <= mostMs * MS, measured: time(ns) };
}
