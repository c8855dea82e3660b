import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connectToEmulator, type RemoteEmulator } from '@tt/emulator';
import type { Verdict } from '../checker/check.js';
import { Journal } from '../journal/journal.js';
import type { CheckerSettings } from '../programs/checker.js';
import type { TikTokOrder, TikTokSettings, TikTokWord } from '../programs/tiktok.js';
import type { StrikeOrder } from '../tiktok/strikes.js';
import type { Installation } from './install.js';
import { RunningProgram } from './program.js';
import { RedisAtRisk } from './redis-at-risk.js';
import { RunningWorker } from './running-worker.js';

export interface GroundOptions {
  readonly installation: Installation;
  /** Names its folder. */
  readonly name: string;
  readonly seed: string;
  readonly accounts: number;
  readonly accessTokenSeconds: number;
}

type Ready = Extract<TikTokWord, { kind: 'ready' }>;

/** Where a race is run: a Redis, a TikTok, and as many processes as it takes. */
export class Ground {
  readonly userIds: readonly string[];
  readonly journal: Journal;
  readonly redis: RedisAtRisk;
  /** TikTok's remote control. */
  readonly emulator: RemoteEmulator;
  readonly tiktok: RunningProgram<TikTokOrder, TikTokWord>;
  readonly #options: GroundOptions;
  readonly #journals: string;
  readonly #ready: Ready;
  readonly #encryptionKey = randomBytes(32).toString('base64');
  readonly #starts = new Map<string, number>();
  /** Whatever was started here, and may still run. */
  readonly #programs: Pick<RunningProgram<never, never>, 'signal' | 'ended'>[] = [];

  private constructor(
    options: GroundOptions,
    parts: {
      readonly userIds: readonly string[];
      readonly journal: Journal;
      readonly journals: string;
      readonly redis: RedisAtRisk;
      readonly tiktok: RunningProgram<TikTokOrder, TikTokWord>;
      readonly ready: Ready;
    },
  ) {
    this.#options = options;
    this.userIds = parts.userIds;
    this.journal = parts.journal;
    this.redis = parts.redis;
    this.tiktok = parts.tiktok;
    this.emulator = connectToEmulator(parts.ready.control);
    this.#journals = parts.journals;
    this.#ready = parts.ready;
  }

  static async open(options: GroundOptions): Promise<Ground> {
    const { installation, name, seed, accounts, accessTokenSeconds } = options;
    const journals = join(installation.folder, 'journals', name);
    // Of an earlier race by that name.
    await rm(journals, { recursive: true, force: true });
    await mkdir(journals, { recursive: true });
    const userIds = Array.from({ length: accounts }, (_, index) => `u${index}`);
    const journal = new Journal(journals, 'driver');
    const redis = await RedisAtRisk.start(journal);
    try {
      const settings: TikTokSettings = { journals, userIds, accessTokenSeconds, seed };
      const tiktok = new RunningProgram<TikTokOrder, TikTokWord>(installation.program('tiktok'), settings);
      const ready = await tiktok.hear((word): word is Ready => word.kind === 'ready');
      return new Ground(options, { userIds, journal, journals, redis, tiktok, ready });
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** Starts a process; one that was there before under this name has ended. */
  async start(name: string): Promise<RunningWorker> {
    const { installation, seed } = this.#options;
    const starts = (this.#starts.get(name) ?? 0) + 1;
    this.#starts.set(name, starts);
    const process = `${name}.${starts}`;
    const opened = this.tiktok.hear(
      (word): word is Extract<TikTokWord, { kind: 'opened' }> => word.kind === 'opened' && word.process === process,
    );
    this.tiktok.order({ kind: 'open', process });
    const { port } = await opened;
    const worker = await RunningWorker.start(installation.program('worker'), {
      settings: {
        name: process,
        journals: this.#journals,
        control: this.#ready.control,
        client: this.#ready.client,
        encryptionKey: this.#encryptionKey,
        userIds: this.userIds,
        seed,
      },
      redisPort: this.redis.server.port,
      witnessPort: port,
      journal: this.journal,
    });
    this.#programs.push(worker.program);
    return worker;
  }

  /** Puts TikTok's clock forward, and that of these processes. */
  async advance(workers: readonly RunningWorker[], ms: number): Promise<void> {
    this.journal.note({ kind: 'advanced', byUs: ms * 1_000 });
    await this.emulator.clock.advance(ms);
    await Promise.all(workers.map((worker) => worker.advance(ms)));
  }

  /** Strikes a process in one of its next refresh requests. */
  strike(worker: RunningWorker, order: Omit<StrikeOrder, 'process' | 'pid'>): void {
    this.tiktok.order({ kind: 'strike', process: worker.name, pid: worker.program.pid, ...order });
  }

  /** No process is struck any more. */
  async disarm(): Promise<void> {
    const disarmed = this.tiktok.hear(
      (word): word is Extract<TikTokWord, { kind: 'disarmed' }> => word.kind === 'disarmed',
    );
    this.tiktok.order({ kind: 'disarm' });
    await disarmed;
  }

  /** Resolves when the witness has struck this process. */
  async struck(worker: RunningWorker): Promise<void> {
    await this.tiktok.hear(
      (word): word is Extract<TikTokWord, { kind: 'struck' }> => word.kind === 'struck' && word.process === worker.name,
    );
  }

  /** The checker's word on everything that happened here. */
  async judge(): Promise<Verdict> {
    const settings: CheckerSettings = {
      journals: this.#journals,
      redisUrl: this.redis.server.url,
      control: this.#ready.control,
      clientKey: this.#ready.client.clientKey,
      encryptionKey: this.#encryptionKey,
      userIds: this.userIds,
    };
    const checker = new RunningProgram<never, Verdict>(this.#options.installation.program('checker'), settings);
    this.#programs.push(checker);
    const verdict = await checker.hear((word): word is Verdict => 'violations' in word);
    await checker.ended;
    return verdict;
  }

  /** Ends whatever was started here. */
  async close(): Promise<void> {
    const programs = [...this.#programs, this.tiktok];
    for (const program of programs) program.signal('SIGKILL');
    await Promise.all(programs.map(({ ended }) => ended));
    await this.redis.stop();
    this.journal.close();
  }
}
