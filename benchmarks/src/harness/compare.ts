import type { Case, Comparison } from '../work.js';
import type { Pace } from './pace.js';
import { runContender } from './run-contender.js';
import { rotated } from './statistics.js';
import type { Measurement } from './subject.js';

/** What the rounds of a case gave, by contender. */
export interface CaseResult {
  readonly measured: Case;
  readonly rounds: ReadonlyMap<string, readonly Measurement[]>;
}

/** Measures all cases: everybody once in each round, beginning with another one each time. */
export async function compare(
  { name: work, cases, serve }: Comparison,
  { pace, onRound }: { readonly pace: Pace; readonly onRound: (done: string) => void },
): Promise<readonly CaseResult[]> {
  const { services, stop } = (await serve?.()) ?? { services: {}, stop: async () => undefined };
  try {
    const results: CaseResult[] = [];
    for (const measured of cases) {
      const rounds = new Map<string, Measurement[]>(measured.contenders.map(({ name }) => [name, []]));
      for (let round = 0; round < pace.rounds; round += 1) {
        for (const { name } of rotated(measured.contenders, round)) {
          const job = { work, caseName: measured.name, contender: name, services, pace };
          rounds.get(name)?.push(await runContender(job));
        }
        onRound(`${measured.name}: round ${round + 1} of ${pace.rounds}`);
      }
      results.push({ measured, rounds });
    }
    return results;
  } finally {
    await stop();
  }
}
