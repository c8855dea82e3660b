import { describe, type Entry, type Fingerprint, type IssuedPair, type SeenRecord } from '../journal/entry.js';
import { ProcessFacts, type Span } from './process-facts.js';
import { type Send, sendsIn } from './sends.js';

type Of<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

/** A pair, and how it came about. */
export interface PairFacts extends IssuedPair {
  readonly at: number;
  /** Who asked for it. */
  readonly process: string;
  /** The refresh token it was bought with; `undefined` where a sign-in brought it. */
  readonly parent: Fingerprint | undefined;
}

/** A refresh request as it was seen beside TikTok. */
export interface RequestFacts {
  readonly at: number;
  readonly process: string;
  readonly call: string;
  readonly refreshToken: Fingerprint;
  readonly live: boolean;
  /** `undefined` where nothing came of it by the time all was over. */
  readonly ended: Of<'ended'> | undefined;
}

/** What is known of one account, in the order of time. */
export class AccountFacts {
  readonly userId: string;
  readonly entries: Entry[] = [];
  readonly pairs = new Map<Fingerprint, PairFacts>();
  readonly byAccessToken = new Map<Fingerprint, PairFacts>();
  readonly requests: RequestFacts[] = [];
  /** What stood in the store at each version. */
  readonly versions = new Map<string, Omit<SeenRecord, 'version'>>();
  #sends: readonly Send[] | undefined;

  constructor(userId: string) {
    this.userId = userId;
  }

  /** What its processes have sent, each with what came of it. */
  get sends(): readonly Send[] {
    this.#sends ??= sendsIn(this);
    return this.#sends;
  }

  of<Kind extends Entry['kind']>(...kinds: readonly Kind[]): readonly Of<Kind>[] {
    return this.entries.filter((entry): entry is Of<Kind> => kinds.some((kind) => kind === entry.kind));
  }

  addPair(pair: PairFacts): void {
    this.pairs.set(pair.refreshToken, pair);
    this.byAccessToken.set(pair.accessToken, pair);
  }

  /** Whether one refresh token came of the other, over however many refreshes. */
  descends(from: Fingerprint, refreshToken: Fingerprint): boolean {
    let parent = this.pairs.get(refreshToken)?.parent;
    while (parent !== undefined && parent !== from) parent = this.pairs.get(parent)?.parent;
    return parent !== undefined;
  }

  /** A line for everything that happened to it. */
  history(): string {
    return this.entries.map(describe).join('\n');
  }
}

/** Everything that the programs wrote down, by account and by process. Instants are in microseconds. */
export class Ledger {
  readonly entries: readonly Entry[];
  readonly accounts = new Map<string, AccountFacts>();
  readonly processes = new Map<string, ProcessFacts>();
  /** When Redis was gone, and came back without its data. */
  readonly wipes: Span[] = [];
  readonly #advances: Of<'advanced'>[] = [];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    const ends = new Map(entries.flatMap((entry) => (entry.kind === 'ended' ? [[entry.request, entry] as const] : [])));
    let downAt = Number.NEGATIVE_INFINITY;
    for (const entry of entries) {
      if ('userId' in entry && entry.userId !== undefined) this.#addToAccount(this.account(entry.userId), entry, ends);
      else this.#addToProcess(entry);
      if (entry.kind === 'redis_down') downAt = entry.at;
      if (entry.kind === 'redis_up' && entry.data === 'lost') this.wipes.push({ from: downAt, until: entry.at });
      if (entry.kind === 'advanced') this.#advances.push(entry);
    }
    // The end of a request stands beside its beginning until here.
    for (const account of this.accounts.values()) account.entries.sort((a, b) => a.at - b.at);
  }

  account(userId: string): AccountFacts {
    const known = this.accounts.get(userId) ?? new AccountFacts(userId);
    this.accounts.set(userId, known);
    return known;
  }

  process(name: string): ProcessFacts {
    const known = this.processes.get(name) ?? new ProcessFacts();
    this.processes.set(name, known);
    return known;
  }

  /** Whether all data was lost at some time between the two instants. */
  wipedBetween(since: number, until: number): boolean {
    return this.wipes.some((wipe) => wipe.until >= since && wipe.from <= until);
  }

  /** How much time passed for TikTok and the processes, whose clocks may have been put forward. */
  passed(since: number, until: number): number {
    const skipped = this.#advances.filter(({ at }) => at > since && at <= until);
    return until - since + skipped.reduce((sum, { byUs }) => sum + byUs, 0);
  }

  #addToAccount(
    account: AccountFacts,
    entry: Entry & { readonly userId?: string | undefined },
    ends: ReadonlyMap<number, Of<'ended'>>,
  ): void {
    account.entries.push(entry);
    switch (entry.kind) {
      case 'issued':
        account.addPair({ ...entry.pair, at: entry.at, process: entry.process, parent: undefined });
        break;
      case 'arrived': {
        const ended = ends.get(entry.request);
        account.requests.push({ ...entry, ended });
        if (ended === undefined) break;
        account.entries.push(ended);
        const { process, refreshToken: parent } = entry;
        if (ended.pair !== undefined) account.addPair({ ...ended.pair, at: ended.at, process, parent });
        break;
      }
      case 'read':
        if (entry.record !== null) account.versions.set(entry.record.version, entry.record);
        break;
      case 'wrote': {
        const { refreshToken, mark, doubted } = entry;
        account.versions.set(entry.version, { refreshToken, mark, doubted });
        break;
      }
    }
  }

  #addToProcess(entry: Entry): void {
    if ('process' in entry) this.process(entry.process).add(entry);
    else if (entry.kind === 'closed') this.process(entry.from).closed = entry;
  }
}
