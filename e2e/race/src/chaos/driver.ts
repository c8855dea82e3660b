import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from '../ground/ground.js';
import type { RunningWorker } from '../ground/running-worker.js';
import type { Mishap, Planned } from './plan.js';

/** How long a process may take to end in good order: calls that are left are waited for. */
const FINISH_WITHIN_MS = 100_000;

/** Lets go wrong what was planned, in processes that are started anew where they are killed. */
export class ChaosDriver {
  readonly #ground: Ground;
  readonly #workers: (RunningWorker | undefined)[] = [];
  /** What goes on by itself. */
  readonly #loose: Promise<unknown>[] = [];
  readonly #over = new AbortController();
  readonly #healed = new AbortController();

  constructor(ground: Ground) {
    this.#ground = ground;
    // Each mishap listens.
    setMaxListeners(0, this.#over.signal, this.#healed.signal);
  }

  /** Starts the processes, and signs everyone in. */
  async start(workers: number): Promise<void> {
    const { userIds } = this.#ground;
    await Promise.all(
      Array.from({ length: workers }, async (_, place) => {
        const worker = await this.#start(place);
        await worker.connect(userIds.filter((_, index) => index % workers === place));
      }),
    );
  }

  /** Hammers for so long, while the mishaps come. */
  async run(plan: readonly Planned[], seconds: number): Promise<void> {
    for (const worker of this.#workers) worker?.hammer();
    this.#ground.tiktok.listen((word) => {
      if (word.kind === 'struck' && word.signal === 'SIGSTOP')
        this.#ground.journal.note({ kind: 'stopped', process: word.process });
    });
    const { signal } = this.#over;
    for (const planned of plan) {
      this.#go(
        sleep(planned.atMs, undefined, { signal }).then(
          () => this.#befall(planned),
          () => undefined,
        ),
      );
    }
    await sleep(seconds * 1_000);
  }

  /** Lets everything be well again, and the processes end in good order. */
  async settle(): Promise<void> {
    this.#over.abort();
    this.#healed.abort();
    await this.#ground.disarm();
    await Promise.all(this.#loose);
    await this.#ground.redis.isUp();
    await Promise.all(
      this.#workers.map(async (worker) => {
        worker?.heal('redis');
        worker?.heal('tiktok');
        worker?.wake();
        await worker?.finish(FINISH_WITHIN_MS);
      }),
    );
  }

  async #start(place: number): Promise<RunningWorker> {
    const worker = await this.#ground.start(`w${place + 1}`);
    this.#workers[place] = worker;
    return worker;
  }

  async #befall(mishap: Mishap): Promise<void> {
    const { journal, redis, emulator, userIds } = this.#ground;
    switch (mishap.kind) {
      case 'kill':
        return this.#kill(mishap);
      case 'pause':
        return this.#pause(mishap);
      case 'redis':
        return redis.restart(mishap);
      case 'link':
        return this.#harm(mishap);
      case 'fault': {
        const { fault, probability, forMs } = mishap;
        journal.note({ kind: 'fault', how: typeof fault === 'string' ? fault : Object.values(fault).join(' ') });
        const matcher = { operation: 'token', grantType: 'refresh_token' } as const;
        const inEmulator = await emulator.fail(matcher, fault, { probability });
        await this.#while(forMs);
        return inEmulator.remove();
      }
      case 'disconnect': {
        const userId = userIds[mishap.account] ?? '';
        await emulator.user(userId).disconnect();
        journal.note({ kind: 'disconnected', userId });
        return;
      }
    }
  }

  async #kill({ worker: place, point, backAfterMs }: Extract<Mishap, { kind: 'kill' }>): Promise<void> {
    const worker = this.#workers[place];
    // It has been killed already, and is not back yet.
    if (worker === undefined) return;
    if (point === 'anywhere') worker.kill();
    else this.#ground.strike(worker, { point, signal: 'SIGKILL' });
    const killed = await Promise.race([worker.ended.then(() => true), this.#untilOver()]);
    if (killed !== true || this.#workers[place] !== worker) return;
    this.#workers[place] = undefined;
    await this.#while(backAfterMs);
    (await this.#start(place)).hammer();
  }

  async #pause({ worker: place, point, forMs }: Extract<Mishap, { kind: 'pause' }>): Promise<void> {
    const worker = this.#workers[place];
    if (worker === undefined) return;
    if (point === 'anywhere') {
      worker.stop();
    } else {
      const struck = this.#ground.struck(worker).then(() => true);
      this.#ground.strike(worker, { point, signal: 'SIGSTOP' });
      const stopped = await Promise.race([struck, worker.ended.then(() => false), this.#untilOver()]);
      if (stopped !== true) return;
    }
    // Past its lease is past its lease, also where the race is over.
    await sleep(forMs);
    worker.wake();
  }

  async #harm({ worker: place, to, how, forMs }: Extract<Mishap, { kind: 'link' }>): Promise<void> {
    const worker = this.#workers[place];
    if (worker === undefined) return;
    const link = worker[to];
    this.#ground.journal.note({ kind: 'link', process: worker.name, to, how: typeof how === 'string' ? how : 'slow' });
    if (typeof how === 'object') link.slow(how.slowByMs);
    else link[how]();
    if (how === 'cut') return;
    await this.#while(forMs);
    worker.heal(to);
  }

  /** For so long, or until everything is healed. */
  async #while(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#healed.signal }).catch(() => undefined);
  }

  #untilOver(): Promise<undefined> {
    const { signal } = this.#over;
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  }

  #go(action: Promise<unknown>): void {
    this.#loose.push(action);
    // It is told when everything is waited for.
    action.catch(() => undefined);
  }
}
