import { AccountFacts, type PairFacts } from './account-facts.js';
import { CLOCKS_MS, MINUTE_MS } from './conditions.js';
import type { Happening } from './happening.js';
import { COOLDOWN_MS } from './limits.js';
import type { RequestFacts } from './request-facts.js';

type Of<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>;

/** How long before a request what hindered it may have happened: to its lease, that is. */
const BEFOREHAND_MS = MINUTE_MS;

/** Keeps book of what happens. It hears from the network, the store and TikTok, never from the code that is judged. */
export class Records {
  readonly #accounts = new Map<string, AccountFacts>();
  /** When something last hindered a process; under `''` all of them. */
  readonly #hinderedAt = new Map<string, number>();
  /** When a process last went on after a standstill. */
  readonly #wentOnAt = new Map<string, number>();
  /** When each process began to close. */
  readonly #closingAt = new Map<string, number>();

  get accounts(): Iterable<AccountFacts> {
    return this.#accounts.values();
  }

  of(userId: string): AccountFacts {
    const known = this.#accounts.get(userId);
    if (known !== undefined) return known;
    const facts = new AccountFacts(userId);
    this.#accounts.set(userId, facts);
    return facts;
  }

  /** Whether anything stood in the way of a request that was sent then, or of what followed from it. */
  hinderedSince(sentAt: number, facts: AccountFacts, processes: readonly string[]): boolean {
    const since = sentAt - BEFOREHAND_MS;
    if (facts.hinderedAt >= since) return true;
    return ['', ...processes].some((process) => (this.#hinderedAt.get(process) ?? Number.NEGATIVE_INFINITY) >= since);
  }

  /** Whether the process was cut off from the store, or stood still, and may have missed what it was told. */
  wasAwaySince(since: number, process: string): boolean {
    return (this.#hinderedAt.get(process) ?? Number.NEGATIVE_INFINITY) >= since;
  }

  /** When that process last went on after a standstill; long ago where it never stood still. */
  wentOnAt(process: string): number {
    return this.#wentOnAt.get(process) ?? Number.NEGATIVE_INFINITY;
  }

  /** When that process began to close; far in the future where it has not. */
  closingSince(process: string): number {
    return this.#closingAt.get(process) ?? Number.POSITIVE_INFINITY;
  }

  hear(happening: Happening): void {
    if ('userId' in happening) this.of(happening.userId).remember(happening);
    switch (happening.kind) {
      case 'revoked':
        this.of(happening.userId).revokedAt = happening.at;
        break;
      case 'cleared':
        this.#cleared(happening);
        break;
      case 'asked':
        if (happening.rejected !== undefined) this.of(happening.userId).rejectedAt = happening.at;
        break;
      case 'sent':
        this.#sent(happening);
        break;
      case 'arrived':
        this.#arrived(happening);
        break;
      case 'answered':
        this.#answered(happening);
        break;
      case 'lost':
        this.#lost(happening);
        break;
      case 'acquired':
        this.#acquired(happening);
        break;
      case 'released':
        this.of(happening.userId).releasedAt.set(happening.process, happening.at);
        break;
      case 'met_another':
        this.#metAnother(happening);
        break;
      case 'wrote':
        this.#wrote(happening);
        break;
      case 'account_hindered':
        this.of(happening.userId).hinderedAt = happening.at;
        break;
      case 'hindered':
        this.#hindered(happening);
        break;
      case 'killed':
        this.#killed(happening);
        break;
      case 'closing':
        this.#closingAt.set(happening.process, happening.at);
        break;
      case 'closed':
        for (const { pairs } of this.accounts) change(pairs, happening.process, 'given_up');
        break;
      case 'served':
      case 'failed':
      case 'unexpected':
      case 'unanswered_call':
        break;
    }
  }

  #cleared({ userId, process, at }: Of<'cleared'>): void {
    const facts = this.of(userId);
    facts.stored = undefined;
    facts.clearedAt = at;
    facts.clearedBy.set(process, at);
    facts.cameBack = false;
    // D6: nobody's any more, in whichever process.
    for (const pair of facts.pairs) if (pair.fate === 'kept') pair.fate = 'deleted';
  }

  #sent({ userId, process, request, refreshToken, at }: Of<'sent'>): void {
    const facts = this.of(userId);
    facts.addRequest({ request, process, refreshToken, sentAt: at, effect: false, fate: 'under_way', how: 'well' });
  }

  #arrived({ userId, request, effect, how }: Of<'arrived'>): void {
    const facts = this.of(userId).request(request);
    if (facts === undefined) return;
    facts.effect = effect;
    // One that its process did not live to see keeps that as its story.
    if (facts.fate === 'under_way') facts.how = how;
  }

  #answered({ userId, request, process, pair, at }: Of<'answered'>): void {
    const facts = this.of(userId);
    const asked = facts.request(request);
    if (asked !== undefined) {
      asked.fate = 'answered';
      asked.endedAt = at;
      if (pair !== undefined) asked.next = pair.refreshToken;
    }
    if (pair === undefined) return;
    // The pair of a sign-in takes the place of whatever that process still had.
    if (asked === undefined) change(facts.pairs, process, 'superseded');
    const fate = asked === undefined ? 'kept' : fateOfArriving(asked, facts);
    const orphanedAt = fate === 'deleted' ? at : undefined;
    facts.addPair({ ...pair, process, arrivedAt: at, parent: asked?.refreshToken, fate, orphanedAt });
  }

  /** A lease that was lost on the way is taken again at once, and the refresh goes on: only a failed one cools down. */
  #acquired({ userId, process, at }: Of<'acquired'>): void {
    const facts = this.of(userId);
    const before = facts.requests.findLast((request) => request.process === process);
    const releasedAt = facts.releasedAt.get(process) ?? Number.NEGATIVE_INFINITY;
    const goesOn =
      before !== undefined && at - releasedAt < COOLDOWN_MS && this.hinderedSince(before.sentAt, facts, [process]);
    facts.acquiredAt.set(process, at);
    if (!goesOn) facts.refreshBegunAt.set(process, at);
  }

  #metAnother({ userId, refreshToken, at }: Of<'met_another'>): void {
    const pair = this.of(userId).pair(refreshToken);
    if (pair !== undefined) pair.metAnotherAt = at;
  }

  #lost({ userId, request, how, at }: Of<'lost'>): void {
    const facts = this.of(userId).request(request);
    if (facts?.fate !== 'under_way') return;
    facts.fate = 'lost';
    facts.how = how;
    facts.endedAt = at;
  }

  #wrote({ userId, refreshToken, before, ok, at }: Of<'wrote'>): void {
    const facts = this.of(userId);
    const pair = facts.pair(refreshToken);
    if (ok) facts.stored = refreshToken;
    if (pair === undefined) return;
    if (ok && before === null && pair.arrivedAt < facts.clearedAt) facts.cameBack = true;
    if (ok) {
      pair.storedAt ??= at;
      if (pair.fate === 'kept') pair.fate = 'stored';
    } else if (pair.fate === 'kept') {
      pair.fate = fateOfRefused(pair, before, facts);
    }
    // A sign-in may be what comes first, unless it has met what is gone.
    const isOrphan = before === null && (pair.parent !== undefined || pair.metAnotherAt !== undefined);
    // What has been stored was written again with a mark, and went with the account.
    if (!ok && isOrphan && pair.storedAt === undefined) pair.orphanedAt = at;
  }

  #hindered(happening: Of<'hindered'>): void {
    const { process, at } = happening;
    this.#hinderedAt.set(process ?? '', at);
    if (happening.standstill === true && process !== undefined) this.#wentOnAt.set(process, at);
    for (const facts of this.accounts) {
      // Only where that process is just doing something.
      const busy = facts.requests.some((request) => request.process === process && request.fate === 'under_way');
      if (busy) facts.remember(happening);
    }
  }

  #killed(happening: Of<'killed'>): void {
    const { process, at } = happening;
    this.#hinderedAt.set(process, at);
    for (const facts of this.accounts) {
      let concerned = change(facts.pairs, process, 'lost_with_process');
      for (const request of facts.requests) {
        if (request.process !== process || request.fate !== 'under_way') continue;
        request.fate = 'lost';
        request.how = 'killed';
        concerned = true;
      }
      if (concerned) facts.remember(happening);
    }
  }
}

/** What a process still has in its hands comes to this. */
function change(pairs: readonly PairFacts[], process: string, fate: PairFacts['fate']): boolean {
  const kept = pairs.filter((pair) => pair.process === process && pair.fate === 'kept');
  for (const pair of kept) pair.fate = fate;
  return kept.length > 0;
}

/** What a process may do with the pair that a refresh brings it. */
function fateOfArriving({ process, sentAt }: RequestFacts, facts: AccountFacts): PairFacts['fate'] {
  // D6: it knows of the delete, and need not ask the store about it.
  if ((facts.clearedBy.get(process) ?? Number.NEGATIVE_INFINITY) >= sentAt) return 'deleted';
  // Beside a sign-in that waits to be stored it may be dropped.
  return facts.pairs.some((kept) => isWaitingSignIn(kept, process)) ? 'superseded' : 'kept';
}

function isWaitingSignIn(pair: PairFacts, process: string): boolean {
  return pair.process === process && pair.fate === 'kept' && pair.parent === undefined;
}

/** What a pair comes to whose write found something else than it was meant for (D6). */
function fateOfRefused(pair: PairFacts, before: Of<'wrote'>['before'], facts: AccountFacts): PairFacts['fate'] {
  if (before?.refreshToken === pair.refreshToken) return 'stored';
  if (pair.parent !== undefined) {
    if (before === null) return 'deleted';
    return before.refreshToken === pair.parent ? 'kept' : 'superseded';
  }
  // A sign-in gives way to what is later only, by clocks that may be off.
  const other = facts.pair(before?.refreshToken);
  return other !== undefined && other.arrivedAt > pair.arrivedAt - CLOCKS_MS ? 'superseded' : 'kept';
}
