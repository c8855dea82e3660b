import { ChaosDriver } from '../chaos/driver.js';
import { planOf } from '../chaos/plan.js';
import type { Verdict } from '../checker/check.js';
import { Ground } from '../ground/ground.js';
import type { Installation } from '../ground/install.js';

/** Short, so that every account is refreshed again and again. */
const ACCESS_TOKEN_SECONDS = 8;
const SWEEP_WITHIN_MS = 60_000;

export interface HammerOptions {
  readonly seed: string;
  readonly processes: number;
  readonly accounts: number;
  readonly seconds: number;
}

/** Processes that share accounts, while everything that can go wrong does; then every account is judged. */
export async function hammer(installation: Installation, options: HammerOptions): Promise<Verdict> {
  const { seed, processes, accounts, seconds } = options;
  const ground = await Ground.open({
    installation,
    name: 'hammer',
    seed,
    accounts,
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  });
  try {
    const driver = new ChaosDriver(ground);
    await driver.start(processes);
    await driver.run(planOf({ seed, seconds, workers: processes, accounts }), seconds);
    await driver.settle();
    // Leases of the killed run out while it waits for them.
    const sweeper = await ground.start('sweep');
    await sweeper.sweep();
    await sweeper.finish(SWEEP_WITHIN_MS);
    return await ground.judge();
  } finally {
    await ground.close();
  }
}
