import type { Verdict } from './checker/check.js';
import type { Installation } from './ground/install.js';
import { hammer } from './races/hammer.js';
import { type LateHolders, lateHolders } from './races/late-holder.js';
import { type Stampede, stampede } from './races/stampede.js';

export interface RaceOptions {
  readonly seed: number;
  readonly processes: number;
  readonly accounts: number;
  /** How long the hammering lasts. */
  readonly seconds: number;
}

export interface RaceResult {
  readonly options: RaceOptions;
  readonly stampede: Stampede;
  readonly lateHolders: LateHolders;
  readonly hammer: Verdict;
  readonly tookMs: number;
}

const STAMPEDE = { processes: 20, callers: 50 };

/** One race of each kind. */
export async function race(installation: Installation, options: RaceOptions): Promise<RaceResult> {
  const startedAt = performance.now();
  const { processes, accounts, seconds } = options;
  const seed = `${options.seed}`;
  const stampeded = await stampede(installation, { seed, ...STAMPEDE });
  // The late holders do little but wait, and each race has a Redis and a TikTok of its own.
  const [late, hammered] = await Promise.allSettled([
    lateHolders(installation, seed),
    hammer(installation, { seed, processes, accounts, seconds }),
  ]);
  if (late.status === 'rejected') throw late.reason;
  if (hammered.status === 'rejected') throw hammered.reason;
  return {
    options,
    stampede: stampeded,
    lateHolders: late.value,
    hammer: hammered.value,
    tookMs: performance.now() - startedAt,
  };
}

/** Every violation of a race, with the histories of the accounts concerned. */
export function verdictsOf({
  stampede,
  lateHolders,
  hammer,
}: RaceResult): readonly (Verdict & { readonly of: string })[] {
  return [
    { of: 'stampede', ...stampede.verdict },
    { of: 'late holders', ...lateHolders.verdict },
    { of: 'hammer', ...hammer },
  ];
}
