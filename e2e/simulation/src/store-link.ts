import type {
  AccountKey,
  Lease,
  PutOptions,
  PutResult,
  StoredRecord,
  StoreEvent,
  TokenRecord,
  TokenStore,
} from '@tt/oauth';
import type { Random } from '@tt/tooling/random';
import type { What } from './happening.js';
import type { Strand, VirtualTime } from './virtual-time.js';
import type { ProcessMishap, StoreMishap, Weather } from './weather.js';

export interface StoreLinkParts {
  readonly store: TokenStore;
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly random: Random;
  readonly isLive: (token: string) => boolean;
  readonly hear: (what: What) => void;
}

/** Whose link it is. */
export interface LinkOwner {
  readonly name: string;
  readonly strand: Strand;
  readonly befall: (mishap: ProcessMishap) => void;
}

interface Operation<T> {
  readonly name: string;
  readonly userId?: string;
  readonly effect: () => Promise<T>;
  /** Makes the store forget the account's lease: called before the effect, and with its result after it. */
  readonly dropLease?: (result?: T) => Promise<void> | undefined;
}

/** What a process knows of its lease on an account. */
interface KnownLease {
  readonly real: Lease;
  readonly ttlMs: number;
  readonly askedAt: number;
}

/** After how long a client gives up on a store that does not answer, in milliseconds. */
const CLIENT_TIMEOUT_MS = 5_000;
/** A subscription that is silent is found out by its ping. */
const PING_MS = 10_000;

/** The one store, as one process reaches it: over a network that can be slow, lose answers and be cut. */
export class StoreLink implements TokenStore {
  readonly #parts: StoreLinkParts;
  readonly #owner: LinkOwner;
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #unwatch: () => void;
  readonly #known = new Map<string, KnownLease>();
  readonly #real = new WeakMap<Lease, Lease>();
  #cut = false;
  /** Whether the process has been told that it hears nothing. */
  #toldDown = false;

  constructor(parts: StoreLinkParts, owner: LinkOwner) {
    this.#parts = parts;
    this.#owner = owner;
    this.#unwatch = parts.store.watch((event) => {
      if (event === 'up' || event === 'down' || this.#cut) return;
      // Now and then a message is lost without anybody noticing.
      if (parts.weather.losesMessage()) return;
      this.#tell(event, parts.random.between(0, 5));
    });
  }

  /** How long the lease on the account lasts for all that the process knows, in milliseconds. */
  leaseLeftMs(userId: string): number | undefined {
    const known = this.#known.get(userId);
    return known && known.askedAt + known.ttlMs - this.#parts.time.elapsedMs();
  }

  /** The store forgets the process's lease on the account, and the process hears nothing of that. */
  dropLease(userId: string): void {
    const { hear } = this.#parts;
    hear({ kind: 'account_hindered', userId, process: this.#owner.name, how: 'lease dropped' });
    void this.#known.get(userId)?.real.release();
  }

  /** Nothing gets through any more. */
  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#parts.hear({ kind: 'hindered', process: this.#owner.name, how: 'store link cut' });
    this.#parts.time.after(this.#parts.random.between(0, PING_MS), this.#owner.strand, () => {
      if (!this.#cut) return;
      this.#toldDown = true;
      this.#notify('down');
    });
  }

  mend(): void {
    if (!this.#cut) return;
    this.#cut = false;
    this.#parts.hear({ kind: 'hindered', process: this.#owner.name, how: 'store link mended' });
    this.#parts.time.after(this.#parts.random.between(0, 500), this.#owner.strand, () => {
      // What was missed meanwhile is told by the break alone.
      if (!this.#toldDown) this.#notify('down');
      this.#toldDown = false;
      this.#notify('up');
    });
  }

  /** The process is no more. */
  end(): void {
    this.#unwatch();
  }

  get(key: AccountKey): Promise<StoredRecord | null> {
    return this.#ask({ name: 'get', userId: key.userId, effect: () => this.#parts.store.get(key) });
  }

  put(key: AccountKey, record: TokenRecord, options: PutOptions): Promise<PutResult> {
    const lease = options.lease && this.#real.get(options.lease);
    const { store, isLive, hear } = this.#parts;
    return this.#ask({
      name: 'put',
      userId: key.userId,
      effect: async () => {
        const before = (await store.get(key))?.record.refreshToken;
        const result = await store.put(key, record, { ...options, lease });
        hear({
          kind: 'wrote',
          userId: key.userId,
          process: this.#owner.name,
          refreshToken: record.refreshToken,
          live: isLive(record.refreshToken),
          before: before === undefined ? null : { refreshToken: before, live: isLive(before) },
          ok: result.ok,
          signInNeeded: record.signInNeeded?.reason,
          doubted: record.unansweredAt !== undefined,
        });
        return result;
      },
    }).then((result) => {
      if (result.ok && lease !== undefined) this.#forget(key.userId, lease);
      if (!result.ok && result.found !== null) {
        const { refreshToken } = record;
        hear({ kind: 'met_another', userId: key.userId, process: this.#owner.name, refreshToken });
      }
      return result;
    });
  }

  delete(key: AccountKey): Promise<void> {
    return this.#ask({
      name: 'delete',
      userId: key.userId,
      effect: async () => {
        await this.#parts.store.delete(key);
        this.#parts.hear({ kind: 'cleared', userId: key.userId, process: this.#owner.name });
      },
    });
  }

  async acquire(
    key: AccountKey,
    options: { readonly ttlMs: number },
  ): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null } | null> {
    const { userId } = key;
    const { time, store, hear } = this.#parts;
    const askedAt = time.elapsedMs();
    const acquired = await this.#ask({
      name: 'acquire',
      userId,
      effect: async () => {
        const result = await store.acquire(key, options);
        if (result !== null) hear({ kind: 'acquired', userId, process: this.#owner.name });
        return result;
      },
      dropLease: (result) => result?.lease.release(),
    });
    if (acquired === null) return null;
    const known = { real: acquired.lease, askedAt, ttlMs: options.ttlMs };
    return { found: acquired.found, lease: this.#leaseOf(userId, known) };
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#parts.time.after(1, this.#owner.strand, () => listener(this.#cut ? 'down' : 'up'));
    return () => this.#listeners.delete(listener);
  }

  due(options: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]> {
    return this.#ask({ name: 'due', effect: () => this.#parts.store.due(options) });
  }

  /** Ours is the process's end of it; the store is everybody's. */
  async close(): Promise<void> {
    this.end();
  }

  #leaseOf(userId: string, first: KnownLease): Lease {
    const { time } = this.#parts;
    const { real } = first;
    const lost = new AbortController();
    let current = first;
    const holds = (known: KnownLease): void => {
      current = known;
      this.#known.set(userId, known);
      // As any client does that hears nothing of its lease's end.
      time.after(known.askedAt + known.ttlMs - time.elapsedMs(), this.#owner.strand, () => {
        if (current === known) lost.abort();
      });
    };
    const lease: Lease = {
      lost: lost.signal,
      extend: async () => {
        const askedAt = time.elapsedMs();
        const ours = await this.#ask({
          name: 'extend',
          userId,
          effect: () => real.extend(),
          dropLease: () => real.release(),
        });
        if (ours) {
          holds({ ...first, askedAt });
        } else {
          this.#forget(userId, real);
          lost.abort();
        }
        return ours;
      },
      release: () => {
        this.#forget(userId, real);
        this.#parts.hear({ kind: 'released', userId, process: this.#owner.name });
        return this.#ask({ name: 'release', userId, effect: () => real.release() });
      },
    };
    holds(first);
    this.#real.set(lease, real);
    return lease;
  }

  /** Unless another lease has come in its place. */
  #forget(userId: string, real: Lease): void {
    if (this.#known.get(userId)?.real === real) this.#known.delete(userId);
  }

  /** One operation, there and back. */
  #ask<T>(operation: Operation<T>): Promise<T> {
    const { time, weather, random } = this.#parts;
    const { strand } = this.#owner;
    const mishap = weather.ofOperation();
    if (mishap !== undefined || this.#cut) this.#hindered(operation, mishap);
    this.#befall(mishap, 'sent');
    return new Promise((resolve, reject) => {
      const fail = (message: string, afterMs: number): void => {
        time.after(afterMs, strand, () => reject(new Error(message)));
      };
      if (this.#cut || mishap?.kind === 'refused') {
        fail('connect ECONNREFUSED', random.between(0, 50));
        return;
      }
      const wayMs = mishap?.kind === 'slow' ? mishap.ms : random.between(0.1, 1.5);
      const lateMs = mishap?.kind === 'late' ? CLIENT_TIMEOUT_MS + mishap.ms : 0;
      if (lateMs > 0) fail('the store did not answer in time', CLIENT_TIMEOUT_MS);
      time.after(wayMs + lateMs, time.world, async () => {
        if (mishap?.kind === 'lease_dropped') await operation.dropLease?.();
        const result = await operation.effect();
        if (mishap?.kind === 'lease_dropped') await operation.dropLease?.(result);
        this.#befall(mishap, 'arrived');
        if (lateMs > 0) return;
        if (mishap?.kind === 'answer_lost') {
          fail('read ECONNRESET', random.between(0, 50));
          return;
        }
        time.after(wayMs, strand, () => {
          resolve(result);
          this.#befall(mishap, 'answered');
        });
      });
    });
  }

  #hindered({ name, userId }: Pick<Operation<unknown>, 'name' | 'userId'>, mishap: StoreMishap | undefined): void {
    const { name: process } = this.#owner;
    const how = `store.${name} ${this.#cut ? 'cut off' : mishap?.kind}`;
    if (userId === undefined) this.#parts.hear({ kind: 'hindered', process, how });
    else this.#parts.hear({ kind: 'account_hindered', userId, process, how });
  }

  #befall(mishap: StoreMishap | undefined, when: ProcessMishap['when']): void {
    if (mishap?.kind === 'process' && mishap.mishap.when === when) this.#owner.befall(mishap.mishap);
  }

  #tell(event: StoreEvent, afterMs: number): void {
    this.#parts.time.after(afterMs, this.#owner.strand, () => this.#notify(event));
  }

  #notify(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
