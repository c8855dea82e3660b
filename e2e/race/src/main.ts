import { constants } from 'node:os';
import { readArguments, USAGE } from './arguments.js';
import { install } from './ground/install.js';
import { race, verdictsOf } from './race.js';
import { reportOf } from './report.js';

await main();

/** Runs a race for every seed, one after the other, and ends with 1 where anything was violated. */
async function main(): Promise<void> {
  let given: ReturnType<typeof readArguments>;
  try {
    given = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const { seeds, ...options } = given;
  console.log('installing the packages from their tarballs');
  const installation = await install();
  try {
    for (let seed = given.seed; seed < given.seed + seeds; seed++) {
      console.log(`\nseed ${seed}`);
      const result = await race(installation, { ...options, seed });
      console.log(`\n${reportOf(result)}`);
      if (verdictsOf(result).some(({ violations }) => violations.length > 0)) process.exitCode = 1;
    }
  } finally {
    await installation.remove();
  }
}
