import { reportOf, violationsOf } from './report.js';
import { type SimulationResult, simulate } from './simulate.js';

const ACCOUNTS = 20;

/** The longest a year can take on a machine that has other work, in milliseconds. */
export const YEAR_TIMEOUT_MS = 120_000;

/** Lives so many years, one after the other: seeds `first`, `first + 2` and so on. Prints what they add up to. */
export async function liveYears(count: number, first: number): Promise<readonly SimulationResult[]> {
  const results: SimulationResult[] = [];
  for (let year = 0; year < count; year++) {
    results.push(await simulate({ seed: first + 2 * year, accounts: ACCOUNTS }));
  }
  console.log(reportOf(results));
  return results;
}

/** Every violation, with its history. */
export function allViolations(results: readonly SimulationResult[]): readonly string[] {
  return results.flatMap(violationsOf);
}
