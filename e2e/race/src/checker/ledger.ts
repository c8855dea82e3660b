import { describe, type Entry, type Fingerprint, type IssuedPair, type SeenRecord } from '../journal/entry.js';

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
  readonly refreshToken: Fingerprint;
  readonly live: boolean;
  /** `undefined` where nothing came of it by the time all was over. */
  readonly ended: Of<'ended'> | undefined;
}

export interface ProcessFacts {
  /** When a SIGKILL ended it. */
  killedAt: number | undefined;
  closed: Of<'closed'> | undefined;
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

  constructor(userId: string) {
    this.userId = userId;
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
    for (
      let parent = this.pairs.get(refreshToken)?.parent;
      parent !== undefined;
      parent = this.pairs.get(parent)?.parent
    ) {
      if (parent === from) return true;
    }
    return false;
  }

  /** A line for everything that happened to it. */
  history(): string {
    return this.entries.map(describe).join('\n');
  }
}

/** A time without its data, and the one after which there was none of the old any more. */
export interface Wipe {
  readonly downAt: number;
  readonly upAt: number;
}

/** Everything that the programs wrote down, by account and by process. */
export class Ledger {
  readonly entries: readonly Entry[];
  readonly accounts = new Map<string, AccountFacts>();
  readonly processes = new Map<string, ProcessFacts>();
  readonly wipes: Wipe[] = [];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    const ends = new Map(entries.flatMap((entry) => (entry.kind === 'ended' ? [[entry.request, entry] as const] : [])));
    let downAt = Number.NEGATIVE_INFINITY;
    for (const entry of entries) {
      if ('userId' in entry && entry.userId !== undefined) this.#add(this.account(entry.userId), entry, ends);
      else this.#addToProcess(entry);
      if (entry.kind === 'redis_down') downAt = entry.at;
      if (entry.kind === 'redis_up' && entry.data === 'lost') this.wipes.push({ downAt, upAt: entry.at });
    }
    // The end of a request stands beside its beginning until here.
    for (const account of this.accounts.values()) account.entries.sort((a, b) => a.at - b.at);
  }

  account(userId: string): AccountFacts {
    const known = this.accounts.get(userId);
    if (known !== undefined) return known;
    const account = new AccountFacts(userId);
    this.accounts.set(userId, account);
    return account;
  }

  process(name: string): ProcessFacts {
    const known = this.processes.get(name);
    if (known !== undefined) return known;
    const facts: ProcessFacts = { killedAt: undefined, closed: undefined };
    this.processes.set(name, facts);
    return facts;
  }

  killedAfter(process: string, at: number): boolean {
    return (this.process(process).killedAt ?? Number.NEGATIVE_INFINITY) >= at;
  }

  /** Whether all data was lost at some time between the two instants. */
  wipedBetween(since: number, until: number): boolean {
    return this.wipes.some(({ downAt, upAt }) => upAt >= since && downAt <= until);
  }

  #add(
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
        const { at, process, refreshToken, live, request } = entry;
        const ended = ends.get(request);
        account.requests.push({ at, process, refreshToken, live, ended });
        if (ended === undefined) break;
        account.entries.push(ended);
        if (ended.pair !== undefined) account.addPair({ ...ended.pair, at: ended.at, process, parent: refreshToken });
        break;
      }
      case 'read':
        if (entry.record !== null) account.versions.set(entry.record.version, entry.record);
        break;
      case 'wrote':
        account.versions.set(entry.version, { refreshToken: entry.refreshToken, mark: entry.mark });
        break;
    }
  }

  #addToProcess(entry: Entry): void {
    if (entry.kind === 'killed' || (entry.kind === 'struck' && entry.signal === 'SIGKILL')) {
      this.process(entry.process).killedAt ??= entry.at;
    } else if (entry.kind === 'closed') {
      this.process(entry.from).closed = entry;
    }
  }
}
