import { beforeEach, describe, expect, it } from 'vitest';
import { Checker } from './checker.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './conditions.js';
import type { FinalState, IssuedPair, What } from './happening.js';

const START = Date.UTC(2026, 0, 1);
const LIFE_MS = 24 * HOUR_MS;

let checker: Checker;
let at: number;

beforeEach(() => {
  checker = new Checker();
  at = START;
});

function hear(what: What): void {
  checker.hear({ ...what, at });
}

function kinds(): readonly string[] {
  return checker.violations.map(({ kind }) => kind);
}

function pair(name: string): IssuedPair {
  return {
    accessToken: `act.${name}`,
    accessTokenExpiresAt: at + LIFE_MS,
    refreshToken: `rft.${name}`,
    refreshTokenExpiresAt: at + 365 * DAY_MS,
    issuedAt: at,
  };
}

const u1 = { userId: 'u1' };

function answered(name: string, { request, process = 'P1' }: { request?: number; process?: string } = {}): void {
  hear({ kind: 'answered', ...u1, process, request, pair: pair(name) });
}

type Write = Extract<What, { kind: 'wrote' }>;

/** A write over what the test says stood there; what TikTok has not ended is live. */
function wrote(name: string, fields: Partial<Write> & { readonly over: string | null }): void {
  const { over, ...rest } = fields;
  hear({
    kind: 'wrote',
    ...u1,
    process: 'P1',
    refreshToken: `rft.${name}`,
    live: true,
    before: over === null ? null : { refreshToken: `rft.${over}`, live: false },
    ok: true,
    signInNeeded: undefined,
    doubted: false,
    ...rest,
  });
}

function signedIn(name = 'a'): void {
  answered(name);
  wrote(name, { over: null });
}

function acquired(process = 'P1'): void {
  hear({ kind: 'acquired', ...u1, process });
}

function sent(name: string, request: number, { process = 'P1', leaseLeftMs = 15_000 } = {}): void {
  hear({ kind: 'sent', ...u1, process, request, refreshToken: `rft.${name}`, leaseLeftMs });
}

function arrived(request: number, how = 'well', effect = true): void {
  hear({ kind: 'arrived', ...u1, request, live: true, effect, how });
}

function lost(request: number, how: string, process = 'P1'): void {
  hear({ kind: 'lost', ...u1, process, request, how });
}

/** A refresh as it should be. */
function refreshed(from: string, to: string, request: number): void {
  acquired();
  sent(from, request);
  arrived(request);
  answered(to, { request });
  wrote(to, { over: from });
}

function served(name: string, rejected?: string): void {
  hear({ kind: 'served', ...u1, process: 'P1', accessToken: `act.${name}`, live: true, rejected });
}

/** What stands in the store in the end. */
function stands(name: string, fields: Partial<NonNullable<FinalState['stored']>> = {}): FinalState {
  const stored = { refreshToken: `rft.${name}`, live: true, signInNeeded: undefined, ...fields };
  return { ...u1, expected: 'tokens', stored };
}

const dueMs = 0.9 * LIFE_MS;

describe('a year without a mistake', () => {
  it('has no violation: sign-in, refreshes, a lost answer, its mark, a new sign-in', () => {
    signedIn('a');
    at += dueMs;
    refreshed('a', 'b', 1);
    served('b');
    at += dueMs;
    acquired();
    sent('b', 2);
    arrived(2, 'reset_after_effect');
    lost(2, 'reset_after_effect');
    sent('b', 3);
    arrived(3, 'well', false);
    hear({ kind: 'answered', ...u1, process: 'P1', request: 3, pair: undefined });
    wrote('b', { over: 'b', live: false, signInNeeded: 'answer_lost' });
    checker.look([stands('b', { live: false, signInNeeded: 'answer_lost' })], at);
    answered('c');
    wrote('c', { over: 'b' });
    checker.finish([stands('c')], at);
    expect(checker.violations).toEqual([]);
  });

  it('may end with an account that is marked, or forgotten a day after its refresh token ran out', () => {
    signedIn('a');
    hear({ kind: 'revoked', ...u1 });
    wrote('a', { over: 'a', live: false, signInNeeded: 'refused' });
    checker.finish([stands('a', { live: false, signInNeeded: 'refused' })], at);
    checker.finish([{ ...u1, expected: 'tokens', stored: null }], at + 366 * DAY_MS);
    expect(checker.violations).toEqual([]);
  });
});

describe('every kind of violation is found', () => {
  it('false_mark: marked though the refresh token is good', () => {
    signedIn('a');
    wrote('a', { over: 'a', signInNeeded: 'refused' });
    expect(kinds()).toEqual(['false_mark']);
  });

  it('false_mark: marked though nothing explains it, when it is written and in the end', () => {
    signedIn('a');
    wrote('a', { over: 'a', live: false, signInNeeded: 'refused' });
    checker.finish([stands('a', { live: false, signInNeeded: 'refused' })], at);
    expect(kinds()).toEqual(['false_mark', 'false_mark']);
  });

  it('false_mark: marked in the end though the refresh token is good', () => {
    signedIn('a');
    checker.finish([stands('a', { signInNeeded: 'answer_lost' })], at);
    expect(kinds()).toEqual(['false_mark']);
  });

  it('false_reason: answer_lost, though every request was answered', () => {
    signedIn('a');
    hear({ kind: 'revoked', ...u1 });
    wrote('a', { over: 'a', live: false, signInNeeded: 'answer_lost' });
    expect(kinds()).toEqual(['false_reason']);
  });

  it('false_reason: refused, though the answer was lost and its process could say so', () => {
    signedIn('a');
    acquired();
    at += dueMs;
    sent('a', 1);
    arrived(1, 'truncated');
    lost(1, 'truncated');
    wrote('a', { over: 'a', live: false, signInNeeded: 'refused' });
    expect(kinds()).toEqual(['false_reason']);
  });

  it('false_reason: not where its process was killed before it could say so', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    arrived(1);
    hear({ kind: 'killed', process: 'P1' });
    at += MINUTE_MS;
    wrote('a', { over: 'a', live: false, signInNeeded: 'refused', process: 'P2' });
    expect(kinds()).toEqual([]);
  });

  it('false_reason: somebody else’s tokens, which never came', () => {
    signedIn('a');
    wrote('a', { over: 'a', live: false, signInNeeded: 'open_id_changed' });
    expect(kinds()).toEqual(['false_reason']);
  });

  it('stranger_stored: somebody else’s tokens, for which the account is to be marked instead', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    arrived(1, 'other_person');
    hear({ kind: 'answered', ...u1, process: 'P1', request: 1, pair: undefined });
    wrote('a', { over: 'a', live: false, signInNeeded: 'open_id_changed' });
    checker.finish([stands('a', { live: false, signInNeeded: 'open_id_changed' })], at);
    expect(kinds()).toEqual([]);
    wrote('b', { over: 'a' });
    expect(kinds()).toEqual(['stranger_stored']);
  });

  it('false_doubt: noted as perhaps spent, though no request was sent, or each was answered', () => {
    signedIn('a');
    wrote('a', { over: 'a', doubted: true });
    at += dueMs;
    acquired();
    sent('a', 1);
    hear({ kind: 'answered', ...u1, process: 'P1', request: 1, pair: undefined });
    wrote('a', { over: 'a', doubted: true });
    sent('a', 2);
    lost(2, 'hang');
    wrote('a', { over: 'a', doubted: true });
    expect(kinds()).toEqual(['false_doubt', 'false_doubt']);
  });

  it('stale_pair: not where the pair was lost with its process, or gave way there to a sign-in that was', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    arrived(1);
    answered('b', { request: 1 });
    answered('c');
    hear({ kind: 'killed', process: 'P1' });
    checker.look([stands('a', { live: false })], at);
    expect(kinds()).toEqual([]);
  });

  it('stale_pair: dead and unmarked, and nothing explains it', () => {
    signedIn('a');
    checker.look([stands('a', { live: false })], at);
    expect(kinds()).toEqual(['stale_pair']);
  });

  it('neither: nothing stored, or a dead pair that nobody has marked', () => {
    signedIn('a');
    checker.finish([stands('a', { live: false })], at);
    checker.finish([{ ...u1, expected: 'tokens', stored: null }], at + DAY_MS);
    expect(kinds()).toEqual(['neither', 'neither']);
  });

  it('neither: not where the last sign-in was lost with its process', () => {
    answered('a');
    hear({ kind: 'killed', process: 'P1' });
    checker.finish([{ ...u1, expected: 'tokens', stored: null }], at);
    expect(kinds()).toEqual([]);
  });

  it('pair_dropped: it came, and was not stored, though its write found only what it was bought with', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    arrived(1);
    answered('b', { request: 1 });
    wrote('b', { over: 'a', ok: false });
    checker.finish([stands('a')], at);
    expect(kinds()).toEqual(['pair_dropped']);
  });

  it('pair_dropped: minutes after it came, whatever becomes of its process later', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    arrived(1);
    answered('b', { request: 1 });
    at += 6 * MINUTE_MS;
    served('b');
    hear({ kind: 'killed', process: 'P1' });
    checker.finish([stands('a', { live: false, signInNeeded: 'refused' })], at);
    expect(kinds()).toEqual(['pair_dropped', 'false_mark']);
  });

  it('pair_dropped: not where another pair stood there, or none, or its process was killed', () => {
    for (const [index, over] of (['x', null] as const).entries()) {
      signedIn('a');
      at += dueMs;
      refreshed('a', 'x', 2 * index);
      at += dueMs;
      answered('b', { request: 2 * index });
      wrote('b', { over, ok: false });
      checker = new Checker();
    }
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 9);
    answered('b', { request: 9 });
    hear({ kind: 'killed', process: 'P1' });
    checker.finish([stands('a')], at);
    expect(kinds()).toEqual([]);
  });

  it('pair_dropped: not where somebody deleted the account while it waited to be stored', () => {
    signedIn('a');
    answered('b');
    hear({ kind: 'cleared', ...u1, process: 'P2' });
    checker.finish([{ ...u1, expected: 'nothing', stored: null }], at);
    expect(kinds()).toEqual([]);
  });

  it('pair_dropped: not where its own process deleted the account while it was on its way; another may not know', () => {
    for (const process of ['P1', 'P2']) {
      checker = new Checker();
      signedIn('a');
      at += dueMs;
      acquired();
      sent('a', 1);
      hear({ kind: 'cleared', ...u1, process });
      answered('b', { request: 1 });
      checker.finish([{ ...u1, expected: 'nothing', stored: null }], at);
      expect(kinds()).toEqual(process === 'P1' ? [] : ['pair_dropped']);
    }
  });

  it('pair_withheld: a call fails in the process that has a good pair and could not store it', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    answered('b', { request: 1 });
    hear({ kind: 'account_hindered', ...u1, process: 'P1', how: 'store.put refused' });
    at += MINUTE_MS;
    const failed = {
      kind: 'failed',
      ...u1,
      process: 'P1',
      code: 'store_failed',
      since: at,
      rejected: undefined,
    } as const;
    hear({ ...failed, process: 'P2' });
    hear({ ...failed, rejected: 'act.b' });
    expect(kinds()).toEqual([]);
    hear({ kind: 'hindered', process: 'P1', how: 'goes on', standstill: true });
    at += 30_000;
    hear({ ...failed, since: at });
    expect(kinds()).toEqual([]);
    at += 30_000;
    hear({ ...failed, since: at });
    expect(kinds()).toEqual(['pair_withheld']);
  });

  it('token_withheld: a call fails though a valid token has stood in the store for long, and nothing is in the way', () => {
    signedIn('a');
    const failed = { kind: 'failed', ...u1, process: 'P1', code: 'sign_in_needed', rejected: undefined } as const;
    hear({ ...failed, since: at });
    at += HOUR_MS;
    hear({ ...failed, since: at, rejected: 'act.a' });
    hear({ kind: 'account_hindered', ...u1, process: 'P1', how: 'store.get slow' });
    hear({ ...failed, since: at });
    at += HOUR_MS;
    hear({ kind: 'closing', process: 'P2' });
    hear({ ...failed, since: at, process: 'P2', code: 'closed' });
    expect(kinds()).toEqual([]);
    hear({ ...failed, since: at });
    expect(kinds()).toEqual(['token_withheld']);
    at += LIFE_MS;
    hear({ ...failed, since: at });
    expect(kinds()).toEqual(['token_withheld']);
  });

  it('closed_in_silence: a process closed with a pair in its hands, and named nobody', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    answered('b', { request: 1 });
    hear({ kind: 'closed', process: 'P1', unsaved: ['u2'] });
    expect(kinds()).toEqual(['closed_in_silence']);
    checker = new Checker();
    answered('b');
    hear({ kind: 'closing', process: 'P1' });
    at += 5_000;
    hear({ kind: 'closed', process: 'P1', unsaved: ['u1'] });
    expect(kinds()).toEqual([]);
  });

  it('closed_too_soon: it named whose pair it could not store, but hardly tried', () => {
    answered('b');
    hear({ kind: 'closing', process: 'P1' });
    at += 1_000;
    hear({ kind: 'closed', process: 'P1', unsaved: ['u1'] });
    expect(kinds()).toEqual(['closed_too_soon']);
  });

  it('closed_too_soon: with a refresh under way, unless it has waited as long as it may', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    hear({ kind: 'closing', process: 'P1' });
    at += 5_000;
    hear({ kind: 'closed', process: 'P1', unsaved: [] });
    expect(kinds()).toEqual([]);
    hear({ kind: 'closing', process: 'P1' });
    hear({ kind: 'closed', process: 'P1', unsaved: [] });
    expect(kinds()).toEqual(['closed_too_soon']);
  });

  it('wrong_pair_overwritten: a refreshed pair over one that it was not bought with', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    answered('b', { request: 1 });
    answered('c', { process: 'P2' });
    wrote('c', { over: 'a', process: 'P2' });
    wrote('b', { over: 'c' });
    expect(kinds()).toEqual(['wrong_pair_overwritten']);
  });

  it('wrong_pair_overwritten: a dead pair over a live one', () => {
    signedIn('a');
    answered('b');
    wrote('b', { over: 'a', live: false, before: { refreshToken: 'rft.a', live: true } });
    expect(kinds()).toEqual(['wrong_pair_overwritten']);
  });

  it('wrong_pair_overwritten: a sign-in that waited to be stored, over a good pair that came later', () => {
    signedIn('a');
    answered('b', { process: 'P2' });
    at += HOUR_MS;
    hear({ kind: 'hindered', process: 'P2', how: 'store link mended' });
    answered('c');
    wrote('c', { over: 'a' });
    wrote('b', { over: 'c', process: 'P2' });
    expect(kinds()).toEqual([]);
    wrote('b', { over: 'c', process: 'P2', before: { refreshToken: 'rft.c', live: true } });
    expect(kinds()).toEqual(['wrong_pair_overwritten']);
  });

  it('released_too_soon: a lease, while the pair that was bought under it waits to be stored', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    answered('b', { request: 1 });
    const released = { kind: 'released', ...u1, process: 'P1' } as const;
    hear({ kind: 'acquired', ...u1, process: 'P2' });
    answered('c', { request: 1, process: 'P2' });
    wrote('c', { over: 'b', process: 'P2', ok: false });
    hear({ ...released, process: 'P2' });
    expect(kinds()).toEqual([]);
    hear(released);
    expect(kinds()).toEqual(['released_too_soon']);
    wrote('b', { over: 'a' });
    hear(released);
    expect(kinds()).toEqual(['released_too_soon']);
  });

  it('resurrected: a refreshed pair, or a sign-in from before, written where tokens were deleted', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    answered('b', { request: 1 });
    answered('c', { process: 'P3' });
    at += 1;
    hear({ kind: 'cleared', ...u1, process: 'P2' });
    wrote('b', { over: null });
    wrote('c', { over: null, process: 'P3' });
    expect(kinds()).toEqual(['resurrected', 'resurrected']);
  });

  /** The person signs in with a process that cannot store that, and then the account is deleted by another. */
  function signedInAndDeleted(how: 'away' | 'in reach', meanwhile = (): void => undefined): void {
    checker = new Checker();
    signedIn('a');
    answered('b');
    if (how === 'away') hear({ kind: 'hindered', process: 'P1', how: 'store link cut' });
    meanwhile();
    at += 1;
    hear({ kind: 'cleared', ...u1, process: 'P2' });
    at += MINUTE_MS;
    wrote('b', { over: null });
    checker.finish([{ ...stands('b'), expected: 'nothing' }], at);
  }

  it('resurrected: a sign-in, by a process that was away, only where it had met what was deleted', () => {
    signedInAndDeleted('in reach');
    expect(kinds()).toEqual(['resurrected']);
    signedInAndDeleted('away');
    expect(kinds()).toEqual([]);
    signedInAndDeleted('away', () => {
      wrote('b', { over: 'a', ok: false });
      hear({ kind: 'met_another', ...u1, process: 'P1', refreshToken: 'rft.b' });
    });
    expect(kinds()).toEqual(['resurrected']);
  });

  it('orphan_left: a sign-in which has met what is gone', () => {
    for (const met of [true, false]) {
      checker = new Checker();
      signedIn('a');
      answered('b');
      wrote('b', { over: 'a', ok: false });
      if (met) hear({ kind: 'met_another', ...u1, process: 'P1', refreshToken: 'rft.b' });
      hear({ kind: 'cleared', ...u1, process: 'P2' });
      wrote('b', { over: null, ok: false });
      at += 6 * MINUTE_MS;
      hear({ kind: 'asked', ...u1, process: 'P3', rejected: undefined });
      expect(kinds()).toEqual(met ? ['orphan_left'] : []);
    }
  });

  it('orphan_left: a refreshed pair of an account that is gone, which nobody has revoked', () => {
    for (const revokes of [true, false]) {
      checker = new Checker();
      signedIn('a');
      at += dueMs;
      acquired();
      sent('a', 1);
      hear({ kind: 'cleared', ...u1, process: 'P2' });
      answered('b', { request: 1 });
      wrote('b', { over: null, ok: false });
      if (revokes) hear({ kind: 'revoked', ...u1 });
      wrote('a', { over: null, ok: false, doubted: true });
      at += 6 * MINUTE_MS;
      hear({ kind: 'asked', ...u1, process: 'P3', rejected: undefined });
      expect(kinds()).toEqual(revokes ? [] : ['orphan_left']);
    }
  });

  it('resurrected: tokens in the end of somebody who has signed out', () => {
    signedIn('a');
    checker.finish([{ ...stands('a'), expected: 'nothing' }], at);
    expect(kinds()).toEqual(['resurrected']);
  });

  it('spent_token_sent: by the process that got the new pair', () => {
    signedIn('a');
    at += dueMs;
    refreshed('a', 'b', 1);
    hear({ kind: 'account_hindered', ...u1, process: 'P1', how: 'store.put slow' });
    acquired();
    sent('a', 2);
    expect(kinds()).toEqual(['spent_token_sent']);
  });

  it('spent_token_sent: by one that took the lease when the new pair was stored', () => {
    signedIn('a');
    at += dueMs;
    refreshed('a', 'b', 1);
    at += 1;
    hear({ kind: 'account_hindered', ...u1, process: 'P2', how: 'store.acquire slow' });
    acquired('P2');
    sent('a', 2, { process: 'P2' });
    expect(kinds()).toEqual(['spent_token_sent']);
  });

  it('double_refresh: two at once, with no fault in between', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    acquired('P2');
    sent('a', 2, { process: 'P2' });
    expect(kinds()).toEqual(['double_refresh']);
  });

  it('double_refresh: not where the first process stood still', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    hear({ kind: 'hindered', process: 'P1', how: 'held up' });
    acquired('P2');
    sent('a', 2, { process: 'P2' });
    expect(kinds()).toEqual([]);
  });

  it('refreshed_early: long before any clock could call it due, unless TikTok refuses the access token', () => {
    signedIn('a');
    at += 0.5 * LIFE_MS;
    acquired();
    sent('a', 1);
    expect(kinds()).toEqual(['refreshed_early']);
    checker = new Checker();
    signedIn('a');
    hear({ kind: 'asked', ...u1, process: 'P1', rejected: 'act.a' });
    acquired();
    sent('a', 1);
    expect(kinds()).toEqual([]);
  });

  it('sent_too_often: a fourth time under one lease, or a third time after silence', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    for (const request of [1, 2, 3, 4]) {
      sent('a', request);
      arrived(request, 'status_503', false);
      hear({ kind: 'answered', ...u1, process: 'P1', request, pair: undefined });
    }
    expect(kinds()).toEqual(['sent_too_often']);
    checker = new Checker();
    signedIn('a');
    at += dueMs;
    acquired();
    for (const request of [1, 2, 3]) {
      sent('a', request);
      lost(request, 'hang');
    }
    expect(kinds()).toEqual(['sent_too_often']);
  });

  it('sent_too_often: also where the lease was lost on the way, which begins no new refresh', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    for (const request of [1, 2, 3, 4]) {
      sent('a', request);
      hear({ kind: 'account_hindered', ...u1, process: 'P1', how: 'lease dropped' });
      arrived(request, 'rate_limit', false);
      hear({ kind: 'answered', ...u1, process: 'P1', request, pair: undefined });
      at += 8_000;
      hear({ kind: 'released', ...u1, process: 'P1' });
      // A fourth is another refresh where a cooldown lies before it.
      at += request === 3 ? 1_000 : 400;
      acquired();
    }
    expect(kinds()).toEqual([]);
    for (const request of [5, 6, 7, 8]) {
      sent('a', request);
      hear({ kind: 'answered', ...u1, process: 'P1', request, pair: undefined });
      hear({ kind: 'account_hindered', ...u1, process: 'P1', how: 'lease dropped' });
      hear({ kind: 'released', ...u1, process: 'P1' });
      at += 400;
      acquired();
    }
    expect(kinds()).toEqual(['sent_too_often', 'sent_too_often']);
  });

  it('no_cooldown: again under another lease, at once', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    at += 100;
    hear({ kind: 'answered', ...u1, process: 'P1', request: 1, pair: undefined });
    at += 500;
    acquired();
    sent('a', 2);
    expect(kinds()).toEqual(['no_cooldown']);
  });

  it('given_up_early: sooner than an attempt, or the whole call, may take', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1);
    at += 8_000;
    lost(1, 'timed_out');
    sent('a', 2);
    at += 300;
    lost(2, 'reset');
    hear({ kind: 'closing', process: 'P2' });
    at += 4_800;
    sent('b', 4, { process: 'P2' });
    at += 200;
    lost(4, 'timed_out', 'P2');
    expect(kinds()).toEqual([]);
    sent('b', 3);
    at += 300;
    lost(3, 'deploy');
    expect(kinds()).toEqual(['given_up_early']);
  });

  it('sent_without_lease: none, or one that ends before an attempt does', () => {
    signedIn('a');
    at += dueMs;
    acquired();
    sent('a', 1, { leaseLeftMs: 7_999 });
    hear({ kind: 'sent', userId: 'u2', process: 'P1', request: 2, refreshToken: 'rft.z', leaseLeftMs: undefined });
    expect(kinds()).toEqual(['sent_without_lease', 'sent_without_lease']);
  });

  it('dead_token_served: later than two skewed clocks explain', () => {
    signedIn('a');
    at += LIFE_MS + 10 * MINUTE_MS;
    served('a');
    expect(kinds()).toEqual([]);
    at += 2 * MINUTE_MS;
    served('a');
    expect(kinds()).toEqual(['dead_token_served']);
  });

  it('refused_token_served: the very token that was just refused', () => {
    signedIn('a');
    served('a', 'act.a');
    expect(kinds()).toEqual(['refused_token_served']);
  });

  it('served_after_delete: longer than anybody may believe what is in memory', () => {
    signedIn('a');
    at += HOUR_MS;
    hear({ kind: 'cleared', ...u1, process: 'P2' });
    at += MINUTE_MS;
    served('a');
    expect(kinds()).toEqual([]);
    at += 2 * MINUTE_MS;
    served('a');
    expect(kinds()).toEqual(['served_after_delete']);
  });

  it('unexpected_error and unanswered_call', () => {
    hear({ kind: 'unexpected', process: 'P1', error: 'TypeError: x is not a function' });
    hear({ kind: 'unanswered_call', process: 'P1', since: START });
    expect(kinds()).toEqual(['unexpected_error', 'unanswered_call']);
  });
});

describe('what is said of a violation', () => {
  it('is the account’s history, and no whole token', () => {
    answered('0123456789');
    wrote('0123456789', { over: null });
    wrote('0123456789', { over: '0123456789', signInNeeded: 'refused' });
    const [violation] = checker.violations;
    expect(violation?.history.split('\n')).toEqual([
      expect.stringContaining('answered process=P1 pair=act.01234+rft.01234'),
      expect.stringContaining('wrote process=P1 refreshToken=rft.01234'),
      expect.stringContaining('signInNeeded=refused'),
    ]);
    expect(JSON.stringify(violation)).not.toContain('012345');
  });
});
