import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { readArguments, USAGE } from './arguments.js';
import { reportOf } from './report.js';
import { type SimulationOptions, type SimulationResult, simulate } from './simulate.js';

if (isMainThread) await main();
else workFor(parentPort);

/** Runs every seed, as many at a time as there are processors, and ends with 1 where anything was violated. */
async function main(): Promise<void> {
  let given: ReturnType<typeof readArguments>;
  try {
    given = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const { seed, seeds, accounts, days } = given;
  console.log(`${seeds} runs from seed ${seed} on, ${accounts} accounts each, ${days} days`);
  const waiting = Array.from({ length: seeds }, (_, index) => ({ seed: seed + index, accounts, days }));
  const results: SimulationResult[] = [];
  const next = async (): Promise<void> => {
    for (let options = waiting.shift(); options !== undefined; options = waiting.shift()) {
      const result = await inWorker(options);
      results.push(result);
      const { tookMs, violations } = result;
      console.log(`seed ${options.seed}: ${violations.length} violations, ${(tookMs / 1000).toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(seeds, availableParallelism()) }, next));
  results.sort((a, b) => a.seed - b.seed);
  console.log(`\n${reportOf(results)}`);
  if (results.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
}

/** One run replaces the global clock of its thread, so each has a thread of its own. */
function inWorker(options: SimulationOptions): Promise<SimulationResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url));
    worker.once('message', (result: SimulationResult) => {
      resolve(result);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the run of seed ${options.seed} ended with ${code}`)));
    worker.postMessage(options);
  });
}

function workFor(port: typeof parentPort): void {
  port?.once('message', (options: SimulationOptions) => {
    void simulate(options).then((result) => port.postMessage(result));
  });
}
