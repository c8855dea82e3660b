import type { Verdict } from '../checker/check.js';
import { unlessOneRequest } from '../checker/expectations.js';
import { countingCommands } from '../ground/count-commands.js';
import { Ground } from '../ground/ground.js';
import type { Installation } from '../ground/install.js';
import { now } from '../journal/clock.js';

const ACCESS_TOKEN_SECONDS = 86_400;
/** How long the emulator takes over the refresh. */
const DELAY_MS = 300;
/** Until the instant at which everybody asks: an order takes a while to reach twenty processes. */
const AHEAD_US = 500_000;
const FINISH_WITHIN_MS = 30_000;

export interface StampedeOptions {
  readonly seed: string;
  readonly processes: number;
  readonly callers: number;
}

export interface Stampede {
  readonly tokenRequests: number;
  readonly served: number;
  readonly failed: readonly string[];
  /** How many different tokens were served. */
  readonly tokens: number;
  readonly delayMs: number;
  /** From the instant at which all began to ask until the last had its token. */
  readonly lastAfterMs: number;
  /** What all processes together asked of Redis meanwhile. */
  readonly redisCommands: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
}

/** Everybody in every process wants the token of one account, which has run out, in the same instant. */
export async function stampede(
  installation: Installation,
  { seed, processes, callers }: StampedeOptions,
): Promise<Stampede> {
  const ground = await Ground.open({
    installation,
    name: 'stampede',
    seed,
    accounts: 1,
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  });
  try {
    const [userId = ''] = ground.userIds;
    const workers = await Promise.all(Array.from({ length: processes }, (_, place) => ground.start(`s${place + 1}`)));
    await workers[0]?.connect(ground.userIds);
    // Nobody's first connection is to be measured.
    await Promise.all(workers.map((worker) => worker.ask(userId)));
    await ground.advance(workers, ACCESS_TOKEN_SECONDS * 1_000);
    await ground.emulator.fail({ operation: 'token' }, { kind: 'slow_headers', delayMs: DELAY_MS });
    const before = await ground.emulator.count('token', 'refresh_token');
    const at = now() + AHEAD_US;
    const { result: outcomes, commands } = await countingCommands(ground.redis.server, async () =>
      (await Promise.all(workers.map((worker) => worker.ask(userId, { callers, at })))).flat(),
    );
    const tokenRequests = (await ground.emulator.count('token', 'refresh_token')) - before;
    await Promise.all(workers.map((worker) => worker.finish(FINISH_WITHIN_MS)));
    const served = outcomes.flatMap((outcome) => ('accessToken' in outcome ? [outcome.accessToken] : []));
    const failed = outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []));
    const tokens = new Set(served).size;
    const verdict = await ground.judge();
    return {
      tokenRequests,
      served: served.length,
      failed,
      tokens,
      delayMs: DELAY_MS,
      lastAfterMs: (Math.max(...outcomes.map((outcome) => outcome.at)) - at) / 1_000,
      redisCommands: commands,
      verdict: {
        ...verdict,
        violations: [
          ...verdict.violations,
          ...unlessOneRequest(userId, { tokenRequests, tokens, failed: failed.length }),
        ],
      },
    };
  } finally {
    await ground.close();
  }
}
