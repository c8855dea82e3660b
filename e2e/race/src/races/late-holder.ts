import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../checker/check.js';
import { unlessBothCameRight } from '../checker/expectations.js';
import { Ground } from '../ground/ground.js';
import type { Installation } from '../ground/install.js';
import type { RunningWorker } from '../ground/running-worker.js';
import type { Outcome } from '../worker/callers.js';

const ACCESS_TOKEN_SECONDS = 86_400;
const PAST_LEASE_MS = 16_000;
const FINISH_WITHIN_MS = 60_000;

/** What two holders that were stopped past their lease came to, with TikTok's answer in their hands. */
export interface LateHolders {
  /** Nobody had touched the account but to mark it. */
  readonly alone: {
    /** What another process was told meanwhile. */
    readonly meanwhile: Outcome;
    /** What the holder's own caller was given once it woke. */
    readonly holder: Outcome;
    /** What the other process is given then. */
    readonly afterwards: Outcome;
  };
  /** The person had signed in again. */
  readonly overtaken: {
    readonly meanwhile: Outcome;
    readonly holder: Outcome;
    readonly afterwards: Outcome;
  };
  readonly verdict: Verdict;
}

/**
 * D6, to the letter: a process takes the lease and sends the refresh; TikTok has answered, and the process is stopped
 * before it can read that. Its lease runs out, another process takes over and is refused. Then the first one wakes.
 */
export async function lateHolders(installation: Installation, seed: string): Promise<LateHolders> {
  const ground = await Ground.open({
    installation,
    name: 'late-holders',
    seed,
    accounts: 2,
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  });
  try {
    const [alone = '', overtaken = ''] = ground.userIds;
    const [first, second, other] = await Promise.all(
      ['holder-a', 'holder-b', 'other'].map((name) => ground.start(name)),
    );
    if (first === undefined || second === undefined || other === undefined) throw new Error('a process is missing');
    await other.connect(ground.userIds);
    await ground.advance([first, second, other], ACCESS_TOKEN_SECONDS * 1_000);
    const [firstAnswer, secondAnswer] = await Promise.all([
      stopped(ground, first, alone),
      stopped(ground, second, overtaken),
    ]);
    await sleep(PAST_LEASE_MS);
    const meanwhile = await Promise.all([one(other, alone), one(other, overtaken)]);
    await other.connect([overtaken]);
    first.wake();
    second.wake();
    const holder = await Promise.all([firstAnswer(), secondAnswer()]);
    const afterwards = await Promise.all([one(other, alone), one(other, overtaken)]);
    await Promise.all([first, second, other].map((worker) => worker.finish(FINISH_WITHIN_MS)));
    const verdict = await ground.judge();
    return {
      alone: { meanwhile: meanwhile[0], holder: holder[0], afterwards: afterwards[0] },
      overtaken: { meanwhile: meanwhile[1], holder: holder[1], afterwards: afterwards[1] },
      verdict: { ...verdict, violations: [...verdict.violations, ...unlessBothCameRight(verdict.tally.work)] },
    };
  } finally {
    await ground.close();
  }
}

/** Lets a process ask, and stops it when TikTok has answered. Resolves to what gives its answer once it has woken. */
async function stopped(ground: Ground, worker: RunningWorker, userId: string): Promise<() => Promise<Outcome>> {
  ground.strike(worker, { signal: 'SIGSTOP', point: 'after effect', userId });
  const struck = ground.struck(worker);
  const answer = one(worker, userId);
  await Promise.race([
    struck,
    answer.then((outcome) => {
      throw new Error(`${worker.name} was not stopped: ${JSON.stringify(outcome)}`);
    }),
  ]);
  return () => answer;
}

async function one(worker: RunningWorker, userId: string): Promise<Outcome> {
  const [outcome] = await worker.ask(userId);
  if (outcome === undefined) throw new Error(`${worker.name} gave no answer for ${userId}`);
  return outcome;
}
