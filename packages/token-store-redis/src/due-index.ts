import type { AccountKey } from '@tt/oauth';
import { type KeyLayout, SHARDS } from './key-layout.js';
import { listOf } from './script-reply.js';
import type { ScriptRunner } from './script-runner.js';

interface DueIndexParts {
  readonly scripts: ScriptRunner;
  readonly layout: KeyLayout;
  /** Whether keys of several shards may go in one call; a cluster refuses it. */
  readonly oneNode: boolean;
}

interface IndexCall {
  readonly operation?: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

interface DueEntry {
  readonly shard: number;
  readonly member: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/** From here on the search for accounts behind entries whose record is gone grows. */
const SECOND_LOOK = 64;

/** Few enough keys for one call that Redis answers others in between. */
const GROUP = 128;

const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/**
 * The accounts by when they are due. Each shard has its part, written together with the record. A question goes to all
 * of them at once, a second one to the few whose part was not read far enough.
 */
export class DueIndex {
  readonly #parts: DueIndexParts;

  constructor(parts: DueIndexParts) {
    this.#parts = parts;
  }

  /** How many accounts there are, among them those whose record has run out since. */
  async count(operation: string): Promise<number> {
    const counts = await Promise.all(
      this.#groups(ALL_SHARDS).map((shards) => this.#run('count', { operation, keys: this.#keys(shards), args: [] })),
    );
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
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
    // Its even share of what was asked for: more of each would mostly be read for nothing.
    const page = Math.min(count, Math.ceil(count / SHARDS));
    const firsts = await this.#read(ALL_SHARDS, before, page);
    const cut = firsts.toSorted(byDueAt)[count - 1]?.dueAt ?? before;
    // A part that was read to the end of its page, and not past the cut, may go on before the cut.
    const lengths = new Map<number, number>();
    for (const { shard, dueAt } of firsts) if (dueAt <= cut) lengths.set(shard, (lengths.get(shard) ?? 0) + 1);
    const unfinished = new Set(page < count ? ALL_SHARDS.filter((shard) => lengths.get(shard) === page) : []);
    const rest = await this.#read([...unfinished], Math.min(before, cut), count);
    return [...firsts.filter(({ shard }) => !unfinished.has(shard)), ...rest].sort(byDueAt).slice(0, count);
  }

  async #read(shards: readonly number[], before: number, count: number): Promise<readonly DueEntry[]> {
    const args = [scoreOf(before), String(count)];
    const entries: DueEntry[] = [];
    const one = async (group: readonly number[]): Promise<void> => {
      const parts = listOf(await this.#run('due', { keys: this.#keys(group), args }), group.length);
      for (const [index, shard] of group.entries()) {
        const part = listOf(parts[index]);
        for (let at = 0; at < part.length; at += 2) {
          entries.push({ shard, member: String(part[at]), dueAt: Number(part[at + 1]) });
        }
      }
    };
    await Promise.all(this.#groups(shards).map(one));
    return entries;
  }

  async #withRecord(entries: readonly DueEntry[]): Promise<readonly AccountKey[]> {
    const { layout } = this.#parts;
    const mode = layout.hidesUserIds ? 'sealed' : 'plain';
    const found = new Map<DueEntry, AccountKey>();
    const one = async (group: readonly DueEntry[]): Promise<void> => {
      const keys = group.flatMap(({ shard, member }) => [layout.dueIndex(shard), layout.recordOf(shard, member)]);
      const args = [mode, ...group.map(({ member }) => member)];
      const answers = listOf(await this.#run('stillThere', { keys, args }), group.length);
      for (const [index, entry] of group.entries()) {
        const answer = answers[index];
        if (answer === null) continue;
        const key = layout.accountOf(layout.announced(entry, String(answer)));
        if (key !== null) found.set(entry, key);
      }
    };
    await Promise.all(this.#byPlace(entries).map(one));
    return entries.map((entry) => found.get(entry)).filter((key) => key !== undefined);
  }

  /** In groups that one call may take. */
  #groups<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
    const size = this.#parts.oneNode ? GROUP : 1;
    return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
  }

  #byPlace(entries: readonly DueEntry[]): readonly (readonly DueEntry[])[] {
    if (this.#parts.oneNode) return this.#groups(entries);
    const byShard = new Map<number, DueEntry[]>();
    for (const entry of entries) {
      const others = byShard.get(entry.shard);
      if (others === undefined) byShard.set(entry.shard, [entry]);
      else others.push(entry);
    }
    return [...byShard.values()];
  }

  #keys(shards: readonly number[]): readonly string[] {
    return shards.map((shard) => this.#parts.layout.dueIndex(shard));
  }

  #run(script: 'due' | 'stillThere' | 'count', call: IndexCall): Promise<unknown> {
    return this.#parts.scripts.run({ operation: 'store.due', ...call, script });
  }
}

function byDueAt(a: DueEntry, b: DueEntry): number {
  return a.dueAt - b.dueAt;
}

function scoreOf(instant: number): string {
  if (instant === Number.POSITIVE_INFINITY) return '+inf';
  return instant === Number.NEGATIVE_INFINITY ? '-inf' : String(instant);
}
