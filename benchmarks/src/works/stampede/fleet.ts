import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { nextMessage } from '../../harness/next-message.js';
import type { Prepare, Services, Subject } from '../../harness/subject.js';
import { program } from '../../paths.js';
import { countsOf, expectOutcome, type Outcome, requestsOf, summed } from './herd.js';
import type { MemberName } from './member.js';

const MEMBER = 'stampede-member';
const PROCESSES = 4;
const CALLERS_EACH = 250;
/** Subscriptions come up in it, and what Redis was asked at the start is over. */
const SETTLE_MS = 300;

/** What a member's process is told first; after that, any message means go. */
export interface Membership {
  readonly name: MemberName;
  readonly services: Services;
  readonly account: string;
  readonly callers: number;
}

/** A thousand callers in four processes on one Redis. */
export async function fleet(name: MemberName): Promise<Prepare> {
  return async (services): Promise<Subject> => {
    const account = randomUUID();
    const processes = await Promise.all(Array.from({ length: PROCESSES }, () => join({ name, services, account })));
    const { commands, stop } = await countCommands(services);
    await setTimeout(SETTLE_MS);
    let outcome: Outcome | undefined;
    let counted = 0;
    return {
      call: async () => {
        const before = commands();
        outcome = summed(await Promise.all(processes.map(go)));
        counted = commands() - before;
        return outcome;
      },
      check: expectOutcome,
      counts: async () => ({ ...countsOf(outcome, await requestsOf(services, account)), commands: counted }),
      close: () => {
        stop();
        for (const child of processes) child.kill();
      },
    };
  };
}

async function join(membership: Omit<Membership, 'callers'>): Promise<ChildProcess> {
  const child = fork(program(MEMBER), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send({ ...membership, callers: CALLERS_EACH } satisfies Membership);
  await nextMessage(child, MEMBER);
  return child;
}

async function go(child: ChildProcess): Promise<Outcome> {
  const outcome = nextMessage(child, MEMBER);
  child.send('go');
  const { callers = 0, stale = 0, failed = 0, why = '' } = Object(await outcome);
  return { callers, stale, failed, why };
}

/** What clients send; what a script does within Redis is part of the one command that runs it. */
async function countCommands({ redis = '' }: Services) {
  // A monitor hears of its own check whether Redis is ready, and ioredis takes that for an answer.
  const client = new Redis(redis, { enableReadyCheck: false });
  const monitor = await client.monitor();
  let count = 0;
  monitor.on('monitor', (_time: string, _command: string[], source: string) => {
    if (source !== 'lua') count += 1;
  });
  const stop = (): void => {
    monitor.disconnect();
    client.disconnect();
  };
  return { commands: () => count, stop };
}
