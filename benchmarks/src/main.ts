import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Arguments, readArguments, usage } from './arguments.js';
import { compare } from './harness/compare.js';
import { FULL, type Pace, QUICK } from './harness/pace.js';
import { workspace } from './paths.js';
import { caseTable } from './report/case-table.js';
import { describeMachine } from './report/machine.js';
import { withSection } from './report/results-page.js';
import { markdownOf, type Table } from './report/table.js';
import type { Work } from './work.js';
import { works } from './works.js';

const resultsFile = join(workspace, 'RESULTS.md');
const names = works.map(({ name }) => name);

let given: Arguments | undefined;
try {
  given = readArguments(process.argv.slice(2), names);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage(names)}`);
  process.exitCode = 2;
}
if (given !== undefined) {
  await bench(given).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

/** Measures, prints each table when it is there, and keeps it unless it was a quick look. */
async function bench({ names: wanted, quick }: Arguments): Promise<void> {
  const pace = quick ? QUICK : FULL;
  for (const work of works.filter(({ name }) => wanted.includes(name))) {
    const began = performance.now();
    console.log(`\n## ${work.title}`);
    const tables = await measure(work, pace);
    const seconds = ((performance.now() - began) / 1e3).toFixed(0);
    for (const table of tables) console.log(`\n${markdownOf(table)}`);
    if (!quick)
      await keep(
        work,
        tables,
        `Measured on ${new Date().toISOString().slice(0, 10)}, ${pace.rounds} rounds in ${seconds} s.`,
      );
  }
  if (!quick) console.log(`\nWritten to benchmarks/RESULTS.md`);
}

async function measure(work: Work, pace: Pace): Promise<readonly Table[]> {
  switch (work.kind) {
    case 'comparison':
      return (await compare(work, { pace, onRound: (done) => console.log(`  ${done}`) })).map(caseTable);
    case 'survey':
      return work.survey(pace);
  }
}

async function keep(work: Work, tables: readonly Table[], when: string): Promise<void> {
  const page = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  const circumstances = `${await describeMachine()}. ${when}`;
  writeFileSync(resultsFile, withSection(page, { ...work, tables, circumstances }, names));
}
