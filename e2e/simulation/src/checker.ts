import type { AccountFacts } from './account-facts.js';
import { causeOfDeath } from './cause-of-death.js';
import { CLOCKS_MS, DAY_MS } from './conditions.js';
import { describe, type FinalState, type Happening, shortened } from './happening.js';
import {
  ATTEMPT_TIMEOUT_MS,
  BELIEVED_MS,
  CLOSING_MS,
  COOLDOWN_MS,
  DEADLINE_MS,
  FIRST_WRITE_MS,
  LARGEST_WINDOW,
  MOST_SENDS,
  MOST_SILENCES,
  MOST_VIOLATIONS,
  REJECTION_MS,
  ROUNDING_MS,
  STORED_WITHIN_MS,
} from './limits.js';
import { Records } from './records.js';
import { isOnItsWay, isSilence, isUnanswered, isUnderWay } from './request-facts.js';
import type { Violation, ViolationKind } from './violation.js';

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
    for (const state of states) this.#judgeEnd(state, at);
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
      case 'lost':
        this.#judgeLoss(happening);
        break;
      case 'served':
        this.#judgeServed(happening);
        break;
      case 'failed':
        this.#judgeFailure(happening);
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
      if (pair.fate !== 'kept' || at - pair.arrivedAt < STORED_WITHIN_MS) continue;
      if (this.records.hinderedSince(at - STORED_WITHIN_MS, facts, [pair.process])) continue;
      this.#violation('pair_dropped', { at, userId: facts.userId }, `${pair.refreshToken}, in ${pair.process}`);
      pair.fate = 'dropped';
    }
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

  /** How often it was tried under this lease, and how soon after the one before. */
  #judgePatience(happening: Of<'sent'>, facts: AccountFacts): void {
    const { process, refreshToken, at } = happening;
    const acquiredAt = facts.acquiredAt.get(process) ?? at;
    const ours = facts.requestsWith(refreshToken).filter((request) => request.process === process);
    const now = ours.filter(({ sentAt }) => sentAt >= acquiredAt);
    if (now.length >= MOST_SENDS || now.filter(isSilence).length >= MOST_SILENCES) {
      this.#violation('sent_too_often', happening, `${now.length + 1} times under one lease`);
    }
    const before = ours.findLast(({ sentAt }) => sentAt < acquiredAt);
    if (before?.endedAt === undefined || now.length > 0) return;
    if (at - before.endedAt < COOLDOWN_MS && !this.records.hinderedSince(before.sentAt, facts, [process])) {
      this.#violation('no_cooldown', happening, `${at - before.endedAt} ms after request ${before.request} failed`);
    }
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
    const { userId, refreshToken, before, live, signInNeeded, doubted } = happening;
    const facts = this.records.of(userId);
    const pair = facts.pair(refreshToken);
    if (doubted && !facts.requestsWith(refreshToken).some((request) => isUnanswered(request) || isUnderWay(request))) {
      this.#violation('false_doubt', happening, refreshToken);
    }
    if (signInNeeded !== undefined) this.#judgeMark(happening, signInNeeded);
    if (before === null) {
      if (pair !== undefined && (pair.parent !== undefined || pair.arrivedAt < facts.clearedAt)) {
        this.#violation('resurrected', happening, refreshToken);
      }
    } else if (before.refreshToken !== refreshToken) {
      // A sign-in may replace anything, a refresh only the pair that it spent (D6).
      const meantForIt = pair?.parent === undefined || pair.parent === before.refreshToken;
      if (!meantForIt || (before.live && !live)) {
        this.#violation('wrong_pair_overwritten', happening, `${before.refreshToken} by ${refreshToken}`);
      }
    }
  }

  #judgeMark(happening: Of<'wrote'>, reason: NonNullable<Of<'wrote'>['signInNeeded']>): void {
    const { userId, refreshToken, live, at } = happening;
    const facts = this.records.of(userId);
    const requests = facts.requestsWith(refreshToken);
    if (live) {
      this.#violation('false_mark', happening, `${reason}, though ${refreshToken} is good`);
      return;
    }
    switch (reason) {
      case 'open_id_changed':
        this.#violation('false_reason', happening, 'nobody else ever signed in');
        break;
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

  /** D5: what a process cannot store it serves from memory. */
  #judgeFailure(happening: Of<'failed'>): void {
    const { userId, process, since, rejected, at } = happening;
    const withheld = this.records
      .of(userId)
      .pairs.find(
        (pair) =>
          pair.fate === 'kept' &&
          pair.process === process &&
          pair.accessToken !== rejected &&
          since > Math.max(pair.arrivedAt, this.records.wentOnAt(process)) + FIRST_WRITE_MS &&
          at < pair.accessTokenExpiresAt - CLOCKS_MS,
      );
    if (withheld !== undefined) this.#violation('pair_withheld', happening, withheld.refreshToken);
  }

  #judgeClose({ process, unsaved, at }: Of<'closed'>): void {
    const tookMs = at - this.records.closingSince(process);
    for (const { userId, pairs, requests } of this.records.accounts) {
      for (const pair of pairs) {
        if (pair.process !== process || pair.fate !== 'kept' || unsaved.includes(userId)) continue;
        this.#violation('closed_in_silence', { at, userId }, pair.refreshToken);
      }
      if (tookMs >= CLOSING_MS) continue;
      for (const request of requests.filter((each) => each.process === process && isUnderWay(each))) {
        this.#violation('closed_too_soon', { at, userId }, `request ${request.request}, after ${tookMs} ms`);
      }
    }
  }

  #judgeEnd({ userId, stored, expected }: FinalState, at: number): void {
    const facts = this.records.of(userId);
    if (expected === 'nothing') {
      if (stored !== null) this.#violation('resurrected', { at, userId }, `stored: ${stored.refreshToken}`);
      return;
    }
    if (stored === null) {
      // D6: a record outlives its refresh token by a day.
      const last = facts.pair(facts.stored);
      const forgotten = last !== undefined && at > last.refreshTokenExpiresAt + DAY_MS - CLOCKS_MS;
      if (!forgotten && !facts.lastPairWasLost) this.#violation('neither', { at, userId }, 'nothing is stored');
      return;
    }
    const { signInNeeded, live, refreshToken } = stored;
    if (signInNeeded === undefined) {
      if (!live) this.#violation('neither', { at, userId }, `a dead pair, unmarked: ${refreshToken}`);
    } else if (live) {
      this.#violation('false_mark', { at, userId }, `${signInNeeded}, though ${refreshToken} is good`);
    } else if (causeOfDeath(facts, refreshToken, at) === undefined) {
      this.#violation('false_mark', { at, userId }, `${signInNeeded}, and nothing explains it`);
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
