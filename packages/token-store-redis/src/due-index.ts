import { storeError } from '@tt/errors';
import type { AccountKey } from '@tt/oauth';
import { type KeyLayout, SHARDS } from './key-layout.js';
import type { ScriptRunner } from './script-runner.js';

interface DueEntry {
  readonly shard: number;
  readonly member: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/** More than this share of the limit is rarely in one shard. */
const PER_SHARD_MARGIN = 3;

/** From here on the search for accounts behind entries whose record is gone grows. */
const SECOND_LOOK = 64;

/**
 * The accounts by when they are due. Each shard has its part, written together with the record; a question goes to all
 * of them at once, in one round trip, a second one to the few whose part was not read far enough.
 */
export class DueIndex {
  readonly #scripts: ScriptRunner;
  readonly #layout: KeyLayout;

  constructor(scripts: ScriptRunner, layout: KeyLayout) {
    this.#scripts = scripts;
    this.#layout = layout;
  }

  /**
   * The accounts that were due by `before`, the most overdue first. A record that expired leaves its entry behind; such
   * entries are taken out where they are met.
   *
   * @param options.before Epoch milliseconds.
   * @param options.limit How many at most.
   */
  async find({ before, limit }: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]> {
    if (limit < 1) return [];
    for (let count = limit; ; count = Math.max(SECOND_LOOK, count * 2)) {
      const entries = await this.#mostOverdue(before, count);
      const accounts = await this.#withRecord(entries);
      if (accounts.length >= limit || entries.length < count) return accounts.slice(0, limit);
    }
  }

  async #mostOverdue(before: number, count: number): Promise<readonly DueEntry[]> {
    const page = Math.min(count, Math.ceil(count / SHARDS) + PER_SHARD_MARGIN);
    const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
    const parts = await Promise.all(shards.map((shard) => this.#read(shard, before, page)));
    const cut = parts.flat().sort(byDueAt)[count - 1]?.dueAt ?? Number.POSITIVE_INFINITY;
    // A part that was read to the end of its page, and not past the cut, may go on before the cut.
    const whole = await Promise.all(
      parts.map((part, shard) => {
        const last = part[page - 1];
        return page < count && last !== undefined && last.dueAt <= cut ? this.#read(shard, before, count) : part;
      }),
    );
    return whole.flat().sort(byDueAt).slice(0, count);
  }

  async #read(shard: number, before: number, count: number): Promise<readonly DueEntry[]> {
    const reply = await this.#scripts.run({
      script: 'due',
      keys: [this.#layout.dueIndex(shard)],
      args: [scoreOf(before), String(count)],
    });
    if (!Array.isArray(reply)) throw unexpected();
    const entries: DueEntry[] = [];
    for (let at = 0; at < reply.length; at += 2) {
      entries.push({ shard, member: String(reply[at]), dueAt: Number(reply[at + 1]) });
    }
    return entries;
  }

  async #withRecord(entries: readonly DueEntry[]): Promise<readonly AccountKey[]> {
    const accounts = await Promise.all(
      entries.map(async ({ shard, member }) => {
        const there = await this.#scripts.run({
          script: 'stillThere',
          operation: 'store.due',
          keys: [this.#layout.recordOf(shard, member), this.#layout.dueIndex(shard)],
          args: [member],
        });
        return Number(there) === 1 ? this.#layout.accountOf(member) : null;
      }),
    );
    return accounts.filter((account) => account !== null);
  }
}

function byDueAt(a: DueEntry, b: DueEntry): number {
  return a.dueAt - b.dueAt;
}

function scoreOf(instant: number): string {
  if (instant === Number.POSITIVE_INFINITY) return '+inf';
  return instant === Number.NEGATIVE_INFINITY ? '-inf' : String(instant);
}

function unexpected(): Error {
  return storeError('Redis answered something else than the script returns', {
    code: 'redis_error',
    operation: 'store.due',
  });
}
