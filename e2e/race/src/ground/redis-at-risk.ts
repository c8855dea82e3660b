import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import type { Journal } from '../journal/journal.js';

const APPEND_ONLY_FOLDER = 'appendonlydir';

/** A Redis that has each write with the system before it acknowledges it, so that a kill loses none. */
export class RedisAtRisk {
  readonly server: RedisServer;
  readonly #journal: Journal;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(server: RedisServer, journal: Journal) {
    this.server = server;
    this.#journal = journal;
  }

  static async start(journal: Journal): Promise<RedisAtRisk> {
    return new RedisAtRisk(await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'no'] }), journal);
  }

  /** Kills it, and brings it back after a while. */
  restart({ data, downMs }: { readonly data: 'kept' | 'lost'; readonly downMs: number }): Promise<void> {
    this.#restarting = this.#restarting.then(async () => {
      this.#journal.note({ kind: 'redis_down' });
      await this.server.kill();
      await sleep(downMs);
      if (data === 'lost') await rm(join(this.server.folder, APPEND_ONLY_FOLDER), { recursive: true, force: true });
      await this.server.restart();
      this.#journal.note({ kind: 'redis_up', data });
    });
    return this.#restarting;
  }

  /** Resolves when no restart is under way. */
  async isUp(): Promise<void> {
    await this.#restarting;
  }

  async stop(): Promise<void> {
    // Why a restart failed has been told to whoever asked for it.
    await this.#restarting.catch(() => undefined);
    await this.server.stop();
  }
}
