import type { AccountFacts, PairFacts } from './account-facts.js';
import { causeOfDeath } from './cause-of-death.js';
import { CLOCKS_MS } from './conditions.js';
import { describe, type FinalState, type Happening, shortened } from './happening.js';
import {
  ATTEMPT_TIMEOUT_MS,
  BELIEVED_MS,
  CLOSING_MS,
  COOLDOWN_MS,
  DEADLINE_MS,
  LARGEST_WINDOW,
  MOST_SENDS,
  MOST_SILENCES,
  MOST_VIOLATIONS,
  REJECTION_MS,
  ROUNDING_MS,
  STORED_WITHIN_MS,
} from './limits.js';
import { Records } from './records.js';
import { isOnItsWay, isSilence, isUnanswered, isUnderWay, wasForAnother } from './request-facts.js';
import type { Violation, ViolationKind } from './violation.js';
import { withheldFrom } from './withheld.js';
import { wrongEnd } from './wrong-end.js';
import { wrongWrite } from './wrong-write.js';

type Of<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>;

/** Whose account it is, where no single event is to blame. */
interface Where {
  readonly at: number;
  readonly userId: string;
}

/** Judges everything that happens, by what really happened. */
export class Checker {
  readonly violations: Violation[] = [];
  readonly records = new Records();

  hear(happening: Happening): void {
    // Before it is entered: what a process could know when it did something is what had happened by then.
    this.#judge(happening);
    if ('userId' in happening) this.#judgeKept(this.records.of(happening.userId), happening.at);
    this.records.hear(happening);
  }

  /** Looks at the accounts while nobody has been asked to look after them. */
  look(states: readonly FinalState[], at: number): void {
    for (const { userId, stored } of states) {
      if (stored === null || stored.live || stored.signInNeeded !== undefined) continue;
      if (causeOfDeath(this.records.of(userId), stored.refreshToken, at) !== undefined) continue;
      this.#violation('stale_pair', { at, userId }, `stored: ${stored.refreshToken}`);
    }
  }

  /** Judges how everything ended, when every account has been asked for once more. */
  finish(states: readonly FinalState[], at: number): void {
    for (const state of states) {
      const wrong = wrongEnd(state, at, this.records);
      if (wrong !== undefined) this.#violation(wrong.kind, { at, userId: state.userId }, wrong.what);
    }
    for (const { userId, pairs } of this.records.accounts) {
      for (const { fate, refreshToken, process } of pairs) {
        if (fate === 'kept') this.#violation('pair_dropped', { at, userId }, `${refreshToken}, in ${process}`);
      }
    }
  }

  #judge(happening: Happening): void {
    switch (happening.kind) {
      case 'sent':
        this.#judgeSend(happening);
        break;
      case 'wrote':
        if (happening.ok) this.#judgeWrite(happening);
        break;
      case 'released':
        this.#judgeRelease(happening);
        break;
      case 'lost':
        this.#judgeLoss(happening);
        break;
      case 'served':
        this.#judgeServed(happening);
        break;
      case 'failed':
        for (const { kind, pair } of withheldFrom(happening, this.records)) {
          this.#violation(kind, happening, pair.refreshToken);
        }
        break;
      case 'closed':
        this.#judgeClose(happening);
        break;
      case 'unexpected':
        this.#violation('unexpected_error', happening, `${happening.process}: ${happening.error}`);
        break;
      case 'unanswered_call':
        this.#violation('unanswered_call', happening, `${happening.process}, since ${iso(happening.since)}`);
        break;
    }
  }

  #judgeKept(facts: AccountFacts, at: number): void {
    for (const pair of facts.pairs) {
      this.#judgeOrphan(pair, facts, at);
      if (pair.fate !== 'kept' || at - pair.arrivedAt < STORED_WITHIN_MS) continue;
      if (this.records.hinderedSince(at - STORED_WITHIN_MS, facts, [pair.process])) continue;
      this.#violation('pair_dropped', { at, userId: facts.userId }, `${pair.refreshToken}, in ${pair.process}`);
      pair.fate = 'dropped';
    }
  }

  /** D6: the pair nobody owns is revoked at TikTok. */
  #judgeOrphan(pair: PairFacts, facts: AccountFacts, at: number): void {
    const { orphanedAt, process, refreshToken } = pair;
    if (orphanedAt === undefined || at - orphanedAt < STORED_WITHIN_MS) return;
    pair.orphanedAt = undefined;
    if (facts.revokedAt >= pair.arrivedAt || this.records.closingSince(process) < at) return;
    if (this.records.hinderedSince(orphanedAt, facts, [process])) return;
    this.#violation('orphan_left', { at, userId: facts.userId }, `${refreshToken}, of ${process}`);
  }

  #judgeSend(happening: Of<'sent'>): void {
    const { userId, process, refreshToken, leaseLeftMs, at } = happening;
    const facts = this.records.of(userId);
    if (leaseLeftMs === undefined || leaseLeftMs < ATTEMPT_TIMEOUT_MS) {
      this.#violation('sent_without_lease', happening, `the lease lasts ${leaseLeftMs ?? 'no'} ms`);
    }
    for (const earlier of facts.requestsWith(refreshToken)) {
      const hindered = this.records.hinderedSince(earlier.sentAt, facts, [earlier.process, process]);
      if (earlier.fate === 'under_way' && !hindered) {
        this.#violation('double_refresh', happening, `while request ${earlier.request} was under way`);
      }
      if (earlier.next === undefined) continue;
      const storedAt = facts.pair(earlier.next)?.storedAt ?? Number.POSITIVE_INFINITY;
      const acquiredAt = facts.acquiredAt.get(process) ?? Number.NEGATIVE_INFINITY;
      // Who holds the lease has read the record under it, or had the pair in its own hands.
      if (earlier.process === process || storedAt < acquiredAt || !hindered) {
        this.#violation('spent_token_sent', happening, `request ${earlier.request} had brought ${earlier.next}`);
      }
    }
    this.#judgePatience(happening, facts);
    const pair = facts.pair(refreshToken);
    if (pair === undefined || at - facts.rejectedAt <= REJECTION_MS) return;
    const lifeMs = pair.accessTokenExpiresAt - pair.issuedAt;
    const earliest = pair.accessTokenExpiresAt - LARGEST_WINDOW * lifeMs - CLOCKS_MS;
    if (at < earliest) this.#violation('refreshed_early', happening, `not due before ${iso(earliest)}`);
  }

  /** How often it was tried in this refresh, whose lease may have been lost on the way; how soon after the one before. */
  #judgePatience(happening: Of<'sent'>, facts: AccountFacts): void {
    const { process, refreshToken, at } = happening;
    const begunAt = facts.refreshBegunAt.get(process) ?? at;
    const ours = facts.requestsWith(refreshToken).filter((request) => request.process === process);
    const now = ours.filter(({ sentAt }) => sentAt >= begunAt);
    if (now.length >= MOST_SENDS || now.filter(isSilence).length >= MOST_SILENCES) {
      this.#violation('sent_too_often', happening, `${now.length + 1} times in one refresh`);
    }
    const before = ours.findLast(({ sentAt }) => sentAt < begunAt);
    if (before?.endedAt === undefined || now.length > 0) return;
    if (at - before.endedAt < COOLDOWN_MS && !this.records.hinderedSince(before.sentAt, facts, [process])) {
      this.#violation('no_cooldown', happening, `${at - before.endedAt} ms after request ${before.request} failed`);
    }
  }

  /** D5: until the new pair is stored, nobody else shall try the token that bought it. */
  #judgeRelease(happening: Of<'released'>): void {
    const { userId, process } = happening;
    const facts = this.records.of(userId);
    const acquiredAt = facts.acquiredAt.get(process) ?? Number.POSITIVE_INFINITY;
    const waiting = facts.pairs.find(
      ({ fate, parent, arrivedAt, ...pair }) =>
        fate === 'kept' && pair.process === process && parent !== undefined && arrivedAt >= acquiredAt,
    );
    if (waiting !== undefined) this.#violation('released_too_soon', happening, waiting.refreshToken);
  }

  /** D3: once a refresh is sent, its answer is waited for, whoever gives up. */
  #judgeLoss(happening: Of<'lost'>): void {
    const { userId, request, process, how, at } = happening;
    const facts = this.records.of(userId);
    const sent = facts.request(request);
    if (sent === undefined || !isOnItsWay(how)) return;
    const begunAt = facts.acquiredAt.get(process) ?? sent.sentAt;
    if (at - this.records.closingSince(process) >= CLOSING_MS) return;
    if (at - sent.sentAt >= ATTEMPT_TIMEOUT_MS - ROUNDING_MS || at - begunAt >= DEADLINE_MS - ROUNDING_MS) return;
    this.#violation('given_up_early', happening, `${at - sent.sentAt} ms after it was sent`);
  }

  #judgeWrite(happening: Of<'wrote'>): void {
    const { userId, refreshToken, before, signInNeeded, doubted } = happening;
    const facts = this.records.of(userId);
    if (doubted && !facts.requestsWith(refreshToken).some((request) => isUnanswered(request) || isUnderWay(request))) {
      this.#violation('false_doubt', happening, refreshToken);
    }
    if (signInNeeded !== undefined) this.#judgeMark(happening, signInNeeded);
    const wrong = wrongWrite(happening, this.records);
    if (wrong !== undefined)
      this.#violation(wrong, happening, `${refreshToken} over ${before?.refreshToken ?? 'nothing'}`);
  }

  #judgeMark(happening: Of<'wrote'>, reason: NonNullable<Of<'wrote'>['signInNeeded']>): void {
    const { userId, refreshToken, live, at } = happening;
    const facts = this.records.of(userId);
    const requests = facts.requestsWith(refreshToken);
    if (reason === 'open_id_changed') {
      if (requests.some(wasForAnother)) return;
      this.#violation('false_reason', happening, 'no answer ever named anybody else');
      return;
    }
    if (live) {
      this.#violation('false_mark', happening, `${reason}, though ${refreshToken} is good`);
      return;
    }
    switch (reason) {
      case 'answer_lost':
        if (!requests.some(isUnanswered)) {
          this.#violation('false_reason', happening, 'answer_lost, though every request was answered');
        }
        break;
      case 'refused': {
        const cause = causeOfDeath(facts, refreshToken, at);
        // Who got the new pair, or one of a sign-in after it, may not have come round to storing it yet.
        const waiting = facts.pairs.some(({ fate }) => fate === 'kept');
        const underWay = requests.some(
          (request) => request.effect && (isUnderWay(request) || (request.next !== undefined && waiting)),
        );
        if (cause === undefined && !underWay) {
          this.#violation('false_mark', happening, 'refused, and nothing explains it');
        }
        // A doubt is noted best effort: who could not do so, or did not live to, left no trace of it.
        if (cause?.kind === 'answer_lost' && !this.records.hinderedSince(cause.sentAt, facts, [cause.process])) {
          this.#violation('false_reason', happening, `refused, though the answer was lost (${cause.how})`);
        }
        break;
      }
    }
  }

  #judgeServed(happening: Of<'served'>): void {
    const { userId, process, accessToken, rejected, at } = happening;
    const facts = this.records.of(userId);
    const pair = facts.pairOfAccessToken(accessToken);
    if (pair !== undefined && at > pair.accessTokenExpiresAt + CLOCKS_MS) {
      this.#violation('dead_token_served', happening, `it ran out at ${iso(pair.accessTokenExpiresAt)}`);
    }
    const deleted = pair !== undefined && pair.arrivedAt < facts.clearedAt && at > facts.clearedAt + BELIEVED_MS;
    if (deleted && !this.records.hinderedSince(facts.clearedAt, facts, [process])) {
      this.#violation('served_after_delete', happening, `deleted at ${iso(facts.clearedAt)}`);
    }
    if (accessToken === rejected) this.#violation('refused_token_served', happening, accessToken);
  }

  #judgeClose({ process, unsaved, at }: Of<'closed'>): void {
    const tookMs = at - this.records.closingSince(process);
    for (const { userId, pairs, requests } of this.records.accounts) {
      for (const pair of pairs) {
        if (pair.process !== process || pair.fate !== 'kept') continue;
        const after = `${pair.refreshToken}, after ${tookMs} ms`;
        if (!unsaved.includes(userId)) this.#violation('closed_in_silence', { at, userId }, after);
        else if (tookMs < CLOSING_MS) this.#violation('closed_too_soon', { at, userId }, after);
      }
      if (tookMs >= CLOSING_MS) continue;
      for (const request of requests.filter((each) => each.process === process && isUnderWay(each))) {
        this.#violation('closed_too_soon', { at, userId }, `request ${request.request}, after ${tookMs} ms`);
      }
    }
  }

  #violation(kind: ViolationKind, where: Where | Happening, what: string): void {
    if (this.violations.length >= MOST_VIOLATIONS) return;
    const { at } = where;
    const userId = 'userId' in where ? where.userId : undefined;
    const past = userId === undefined ? '' : this.records.of(userId).history();
    // What is judged has not been entered yet.
    const history = 'kind' in where ? `${past}\n${describe(where)}`.trimStart() : past;
    this.violations.push({ kind, at, userId, what: shortened(what), history });
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
