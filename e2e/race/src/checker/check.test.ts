import { describe, expect, test } from 'vitest';
import type { Entry, FinalState, IssuedPair, What } from '../journal/entry.js';
import { check } from './check.js';
import type { ViolationKind } from './violation.js';

const userId = 'u1';
const HOUR_US = 3_600_000_000;

interface Arrival {
  buys?: string;
  live?: boolean;
  effect?: boolean;
}

/** Journals of a race that is told step by step. */
class Story {
  readonly entries: Entry[] = [];
  #at = 0;
  #requests = 0;
  #calls = 0;
  #versions = 0;

  get now(): number {
    return this.#at;
  }

  note(from: string, what: What): this {
    this.#at += 1_000;
    this.entries.push({ at: this.#at, from, ...what });
    return this;
  }

  wait(us: number): this {
    this.#at += us;
    return this;
  }

  pair(name: string, lifeUs = HOUR_US): IssuedPair {
    return { accessToken: `a-${name}`, refreshToken: name, askedAt: this.#at, accessTokenExpiresAt: this.#at + lifeUs };
  }

  /** A sign-in through `from` that brings a pair by that name, and its write. */
  signsIn(from: string, name: string, ifVersion: string | null = null): this {
    this.note('tiktok', { kind: 'issued', process: from, userId, pair: this.pair(name) });
    return this.writes(from, name, ifVersion).note(from, { kind: 'signed_in', userId, refreshToken: name });
  }

  reads(
    from: string,
    version: string | null,
    refreshToken = '',
    { mark, doubted = false }: { mark?: 'refused' | 'answer_lost'; doubted?: boolean } = {},
  ): this {
    const record = version === null ? null : { version, refreshToken, mark, doubted };
    return this.note(from, { kind: 'read', by: 'acquire', userId, since: this.#at + 500, record });
  }

  /** An attempt to refresh, as its process sees it begin. */
  sending(from: string): this {
    return this.note(from, { kind: 'sending', userId, call: `${++this.#calls}`, attempt: 1 });
  }

  /** The request of the last attempt reaches TikTok, and is dealt with. */
  arrives(from: string, refreshToken: string, { buys, live = true, effect = live }: Arrival = {}): this {
    const request = ++this.#requests;
    const call = `${this.#calls}`;
    this.note('tiktok', { kind: 'arrived', request, process: from, userId, call, refreshToken, live });
    const pair = buys === undefined ? undefined : this.pair(buys);
    return this.note('tiktok', { kind: 'ended', request, effect, pair, how: '200' });
  }

  /** A refresh request of `from`, up to where TikTok has dealt with it; when it is due, unless it is said to be soon. */
  sends(from: string, refreshToken: string, { soon = false, ...arrival }: Arrival & { soon?: boolean } = {}): this {
    if (arrival.live !== false && !soon) this.wait(0.9 * HOUR_US);
    return this.sending(from).arrives(from, refreshToken, arrival);
  }

  /** How the last attempt ended. */
  hears(
    from: string,
    outcome: 'success' | 'failure',
    how: { errorType?: string; outcomeUnknown?: boolean } = {},
  ): this {
    const { errorType, outcomeUnknown = false } = how;
    return this.hearsOf(from, this.#calls, { outcome, errorType, outcomeUnknown });
  }

  hearsOf(
    from: string,
    call: number,
    how: { outcome: 'success' | 'failure'; errorType: string | undefined; outcomeUnknown: boolean },
  ): this {
    return this.note(from, { kind: 'heard', userId, call: `${call}`, attempt: 1, ...how });
  }

  refused(from: string, refreshToken: string): this {
    return this.sends(from, refreshToken, { live: false }).hears(from, 'failure', { errorType: 'TOKEN_EXPIRED' });
  }

  killed(process: string): this {
    return this.note('driver', { kind: 'killed', process, byDriver: true });
  }

  begins(from: string, refreshToken: string, ifVersion: string | null): this {
    return this.note(from, { kind: 'writing', userId, refreshToken, ifVersion, mark: undefined, doubted: false });
  }

  /** Writes, as version v1, v2 and so on. */
  writes(
    from: string,
    refreshToken: string,
    ifVersion: string | null,
    { mark, doubted = false }: { mark?: 'refused' | 'answer_lost'; doubted?: boolean } = {},
  ): this {
    const write = { userId, refreshToken, ifVersion, mark, doubted };
    this.note(from, { kind: 'writing', ...write });
    return this.note(from, { kind: 'wrote', ...write, version: `v${++this.#versions}` });
  }

  refreshes(from: string, refreshToken: string, buys: string, ifVersion: string): this {
    return this.reads(from, ifVersion, refreshToken)
      .sends(from, refreshToken, { buys })
      .hears(from, 'success')
      .writes(from, buys, ifVersion);
  }

  serves(from: string, name: string, since = this.#at): this {
    return this.note(from, { kind: 'served', userId, since, accessToken: `a-${name}` });
  }

  closes(from: string, unsaved: readonly string[] = []): this {
    return this.note(from, { kind: 'closed', unsaved, openCalls: 0 });
  }

  wipe(): this {
    return this.note('driver', { kind: 'redis_down' }).note('driver', { kind: 'redis_up', data: 'lost' });
  }

  ends(stored: FinalState['stored']): ViolationKind[] {
    return check(this.entries, [{ userId, stored }]).violations.map(({ kind }) => kind);
  }
}

const live = (refreshToken: string) => ({ refreshToken, live: true, mark: undefined });
const dead = (refreshToken: string, mark?: 'refused' | 'answer_lost') => ({ refreshToken, live: false, mark });
const begin = () => new Story().signsIn('w1', 'r1');
const silence = { errorType: 'NETWORK_ERROR', outcomeUnknown: true };

/** The request of w1 took effect, and no answer left. */
const answerLost = () =>
  begin().reads('w1', 'v1', 'r1').sends('w1', 'r1').hears('w1', 'failure', silence).refused('w1', 'r1');

/** w1 has its answer, late: w2 has marked the account meanwhile, as v2. */
const lateHolder = () =>
  begin()
    .reads('w1', 'v1', 'r1')
    .sends('w1', 'r1', { buys: 'r2' })
    .reads('w2', 'v1', 'r1')
    .refused('w2', 'r1')
    .writes('w2', 'r1', 'v1', { mark: 'refused' })
    .hearsOf('w1', 1, { outcome: 'success', errorType: undefined, outcomeUnknown: false });

const failure = { userId, refreshToken: 'r2', ifVersion: 'v1', mark: undefined, doubted: false } as const;

/** w1 has a new pair, and Redis takes no writes. */
const unsaved = () =>
  begin()
    .reads('w1', 'v1', 'r1')
    .sends('w1', 'r1', { buys: 'r2' })
    .hears('w1', 'success')
    .begins('w1', 'r2', 'v1')
    .note('w1', { kind: 'write_failed', ...failure, code: 'timeout' });

const markedByAnother = (story: Story) =>
  story
    .reads('w2', 'v1', 'r1')
    .refused('w2', 'r1')
    .writes('w2', 'r1', 'v1', { mark: 'refused' })
    .ends(dead('r1', 'refused'));

describe('nothing is violated', () => {
  test('by refreshes one after the other, in turn by two processes', () => {
    const story = begin()
      .refreshes('w1', 'r1', 'r2', 'v1')
      .serves('w1', 'r2')
      .refreshes('w2', 'r2', 'r3', 'v2')
      .closes('w1');
    expect(story.ends(live('r3'))).toEqual([]);
  });

  test('by a process that is killed between the answer and the write: the account is marked', () => {
    const story = begin().reads('w1', 'v1', 'r1').sends('w1', 'r1', { buys: 'r2' }).killed('w1');
    expect(markedByAnother(story)).toEqual([]);
    const { tally } = check(story.entries, [{ userId, stored: dead('r1', 'refused') }]);
    expect(tally.losses).toEqual({ 'killed before the write': 1 });
    expect(tally.endings).toEqual({ marked: 1 });
  });

  test('by one that is killed while its request is on its way', () => {
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .wait(0.9 * HOUR_US)
      .sending('w1')
      .killed('w1')
      .arrives('w1', 'r1', { buys: 'r2' });
    expect(markedByAnother(story)).toEqual([]);
  });

  test('by one that is killed while it tries to store what it has', () => {
    expect(markedByAnother(unsaved().wait(2_000_000).killed('w1'))).toEqual([]);
  });

  test('by one that is killed after a long stop, with the answer in its hands', () => {
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .sends('w1', 'r1', { buys: 'r2' })
      .hears('w1', 'success')
      .note('driver', { kind: 'stopped', process: 'w1' })
      .wait(60_000_000)
      .killed('w1');
    expect(markedByAnother(story)).toEqual([]);
  });

  test('by an answer that never leaves, and is marked as that', () => {
    expect(answerLost().writes('w1', 'r1', 'v1', { mark: 'answer_lost' }).ends(dead('r1', 'answer_lost'))).toEqual([]);
  });

  test('by an answer that the network loses', () => {
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .note('driver', { kind: 'link', process: 'w1', to: 'tiktok', how: 'stall' })
      .sends('w1', 'r1', { buys: 'r2' })
      .wait(2_000_000)
      .hears('w1', 'failure', silence)
      .refused('w1', 'r1')
      .writes('w1', 'r1', 'v1', { mark: 'answer_lost' });
    expect(story.ends(dead('r1', 'answer_lost'))).toEqual([]);
  });

  test('by an answer that comes when its process has just given up', () => {
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .sends('w1', 'r1', { buys: 'r2' })
      .hears('w1', 'failure', silence)
      .refused('w1', 'r1')
      .writes('w1', 'r1', 'v1', { mark: 'answer_lost' });
    expect(story.ends(dead('r1', 'answer_lost'))).toEqual([]);
  });

  test('by a holder that comes back late and writes over the mark', () => {
    const story = lateHolder().writes('w1', 'r2', 'v2');
    expect(story.ends(live('r2'))).toEqual([]);
    const { tally } = check(story.entries, [{ userId, stored: live('r2') }]);
    expect(tally.work).toMatchObject({ storedOverMark: 1 });
    expect(tally.losses).toEqual({ 'another process has the new pair': 1 });
  });

  test('by a holder that comes back late and is refused by the pair of a sign-in', () => {
    const story = lateHolder().signsIn('w2', 's1', 'v2').begins('w1', 'r2', 'v1');
    story
      .note('w1', {
        kind: 'read',
        by: 'put',
        userId,
        since: story.now,
        record: { version: 'v3', refreshToken: 's1', mark: undefined, doubted: false },
      })
      .note('w1', { kind: 'write_refused', ...failure });
    const verdict = check(story.entries, [{ userId, stored: live('s1') }]);
    expect(verdict.violations).toEqual([]);
    expect(verdict.tally.work).toMatchObject({ lateWritesRefused: 1, lateWritesDone: 0 });
  });

  test('by an account that is gone with all of Redis’s data', () => {
    expect(begin().wipe().reads('w1', null).ends(null)).toEqual([]);
  });

  test('by access that was taken away at TikTok', () => {
    const story = begin()
      .note('driver', { kind: 'disconnected', userId })
      .refused('w1', 'r1')
      .writes('w1', 'r1', 'v1', { mark: 'refused' });
    expect(story.ends(dead('r1', 'refused'))).toEqual([]);
  });

  test('by a pair that could not be stored, whose user is named when its process closes', () => {
    expect(markedByAnother(unsaved().closes('w1', [userId]))).toEqual([]);
  });

  test('by a write that failed and landed all the same', () => {
    expect(unsaved().reads('w2', 'v2', 'r2').closes('w1').ends(live('r2'))).toEqual([]);
  });

  test('by a pair that gives way to a sign-in in the same process', () => {
    expect(unsaved().signsIn('w1', 's1', 'v1').closes('w1').ends(live('s1'))).toEqual([]);
  });

  test('by a refresh that follows from a caller’s word that TikTok refuses the token', () => {
    const story = begin()
      .note('w1', { kind: 'rejected', userId })
      .reads('w1', 'v1', 'r1')
      .sends('w1', 'r1', { buys: 'r2', soon: true })
      .hears('w1', 'success')
      .writes('w1', 'r2', 'v1');
    expect(story.ends(live('r2'))).toEqual([]);
  });

  test('by a refresh after the clocks were put forward', () => {
    const story = begin()
      .note('driver', { kind: 'advanced', byUs: HOUR_US })
      .reads('w1', 'v1', 'r1')
      .sends('w1', 'r1', { buys: 'r2', soon: true })
      .hears('w1', 'success')
      .writes('w1', 'r2', 'v1');
    expect(story.ends(live('r2'))).toEqual([]);
  });

  test('by a doubt about another refresh token than the one that is refused', () => {
    const story = new Story()
      .signsIn('w1', 'r0')
      .reads('w2', 'v1', 'r0')
      .sending('w2')
      .signsIn('w1', 'r1', 'v1')
      .hears('w2', 'failure', silence)
      .reads('w1', 'v2', 'r1')
      .sends('w1', 'r1')
      .killed('w1')
      .reads('w2', 'v2', 'r1')
      .refused('w2', 'r1')
      .writes('w2', 'r1', 'v2', { mark: 'refused' });
    expect(story.ends(dead('r1', 'refused'))).toEqual([]);
  });

  test('by a call that finds a newer pair, which has run out too, and refreshes that', () => {
    const told = {
      kind: 'heard',
      userId,
      call: 'c',
      attempt: 1,
      outcome: 'success',
      errorType: undefined,
      outcomeUnknown: false,
    } as const;
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .wait(0.9 * HOUR_US)
      .note('w1', { kind: 'sending', userId, call: 'c', attempt: 1 })
      .signsIn('w2', 's1', 'v1')
      .note('tiktok', {
        kind: 'arrived',
        request: 90,
        process: 'w1',
        userId,
        call: 'c',
        refreshToken: 'r1',
        live: true,
      });
    story
      .note('tiktok', { kind: 'ended', request: 90, effect: true, pair: story.pair('r2'), how: '200' })
      .note('w1', told)
      .begins('w1', 'r2', 'v1')
      .note('w1', {
        kind: 'read',
        by: 'put',
        userId,
        since: story.now,
        record: { version: 'v2', refreshToken: 's1', mark: undefined, doubted: false },
      })
      .note('w1', { kind: 'write_refused', ...failure })
      .wait(0.9 * HOUR_US)
      .note('w1', { kind: 'sending', userId, call: 'c', attempt: 1 })
      .note('tiktok', {
        kind: 'arrived',
        request: 91,
        process: 'w1',
        userId,
        call: 'c',
        refreshToken: 's1',
        live: true,
      });
    story
      .note('tiktok', { kind: 'ended', request: 91, effect: true, pair: story.pair('s2'), how: '200' })
      .note('w1', told)
      .writes('w1', 's2', 'v2');
    expect(story.ends(live('s2'))).toEqual([]);
  });

  test('by a request that was long on its way, and sent in time', () => {
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .wait(0.9 * HOUR_US)
      .note('w1', { kind: 'sending', userId, call: 'c', attempt: 1 })
      .note('w1', {
        kind: 'heard',
        userId,
        call: 'c',
        attempt: 1,
        outcome: 'failure',
        errorType: 'TIMEOUT_ERROR',
        outcomeUnknown: true,
      })
      .note('w1', { kind: 'sending', userId, call: 'c', attempt: 2 })
      .note('tiktok', {
        kind: 'arrived',
        request: 90,
        process: 'w1',
        userId,
        call: 'c',
        refreshToken: 'r1',
        live: true,
      });
    story
      .note('tiktok', { kind: 'ended', request: 90, effect: true, pair: story.pair('r2'), how: '200' })
      .note('w1', {
        kind: 'heard',
        userId,
        call: 'c',
        attempt: 2,
        outcome: 'success',
        errorType: undefined,
        outcomeUnknown: false,
      })
      .writes('w1', 'r2', 'v1')
      .note('tiktok', {
        kind: 'arrived',
        request: 91,
        process: 'w1',
        userId,
        call: 'c',
        refreshToken: 'r1',
        live: false,
      });
    expect(story.ends(live('r2'))).toEqual([]);
  });
});

describe('what is planted is found', () => {
  test.each<{ name: string; violations: ViolationKind[]; found: () => ViolationKind[] }>([
    {
      name: 'a dead refresh token that nobody marked',
      violations: ['neither'],
      found: () => answerLost().ends(dead('r1')),
    },
    {
      name: 'a mark on a refresh token that is good in the end',
      violations: ['false_mark', 'false_mark'],
      found: () =>
        begin().writes('w1', 'r1', 'v1', { mark: 'refused' }).ends({ refreshToken: 'r1', live: true, mark: 'refused' }),
    },
    {
      name: 'a mark that nobody had refused, though the person has signed in again since',
      violations: ['false_mark'],
      found: () =>
        begin()
          .reads('w1', 'v1', 'r1')
          .sending('w1')
          .hears('w1', 'failure', { errorType: 'SERVER_ERROR' })
          .writes('w1', 'r1', 'v1', { mark: 'answer_lost' })
          .signsIn('w1', 's1', 'v2')
          .ends(live('s1')),
    },
    {
      name: 'a lost answer that its own process marks as refused',
      violations: ['false_reason'],
      found: () => answerLost().writes('w1', 'r1', 'v1', { mark: 'refused' }).ends(dead('r1', 'refused')),
    },
    {
      name: 'a lost answer that was noted, and is marked as refused by another process',
      violations: ['false_reason'],
      found: () =>
        answerLost()
          .writes('w1', 'r1', 'v1', { doubted: true })
          .refused('w2', 'r1')
          .writes('w2', 'r1', 'v2', { mark: 'refused' })
          .ends(dead('r1', 'refused')),
    },
    {
      name: 'a doubt in the record that is not heeded, whatever the loss was in truth',
      violations: ['false_reason'],
      found: () =>
        begin()
          .reads('w1', 'v1', 'r1')
          .sending('w1')
          .hears('w1', 'failure', { errorType: 'SERVER_ERROR' })
          .writes('w1', 'r1', 'v1', { doubted: true })
          .sends('w1', 'r1', { buys: 'r2' })
          .killed('w1')
          .reads('w2', 'v2', 'r1', { doubted: true })
          .refused('w2', 'r1')
          .writes('w2', 'r1', 'v2', { mark: 'refused' })
          .ends(dead('r1', 'refused')),
    },
    {
      name: 'access taken away that is marked as an answer lost',
      violations: ['false_reason'],
      found: () =>
        begin()
          .note('driver', { kind: 'disconnected', userId })
          .refused('w1', 'r1')
          .writes('w1', 'r1', 'v1', { mark: 'answer_lost' })
          .ends(dead('r1', 'answer_lost')),
    },
    {
      name: 'a spent token that is marked over the pair it bought',
      violations: ['lost_without_cause', 'lost_without_cause', 'newer_overwritten'],
      found: () =>
        begin()
          .refreshes('w1', 'r1', 'r2', 'v1')
          .refused('w2', 'r1')
          .writes('w2', 'r1', 'v2', { mark: 'refused' })
          .ends(dead('r1', 'refused')),
    },
    {
      name: 'an old pair that is marked over a new sign-in',
      violations: ['newer_overwritten'],
      found: () =>
        answerLost()
          .signsIn('w2', 's1', 'v1')
          .writes('w1', 'r1', 'v2', { mark: 'answer_lost' })
          .ends(dead('r1', 'answer_lost')),
    },
    {
      name: 'a sign-in that is written over what came of it',
      violations: ['newer_overwritten'],
      found: () => begin().refreshes('w2', 'r1', 'r2', 'v1').writes('w1', 'r1', 'v2').ends(live('r1')),
    },
    {
      name: 'a dead refresh token that nothing explains',
      violations: ['lost_without_cause', 'lost_without_cause'],
      found: () =>
        begin().refused('w1', 'r1').writes('w1', 'r1', 'v1', { mark: 'refused' }).ends(dead('r1', 'refused')),
    },
    {
      name: 'an answer that reached its process on a calm network, and that it gave up',
      violations: ['lost_without_cause', 'lost_without_cause'],
      found: () =>
        begin()
          .reads('w1', 'v1', 'r1')
          .sends('w1', 'r1', { buys: 'r2' })
          .wait(2_000_000)
          .hears('w1', 'failure', silence)
          .refused('w1', 'r1')
          .writes('w1', 'r1', 'v1', { mark: 'answer_lost' })
          .ends(dead('r1', 'answer_lost')),
    },
    {
      name: 'a revoked pair that was stored, long after Redis lost its data',
      violations: ['lost_without_cause', 'lost_without_cause'],
      found: () =>
        begin()
          .wipe()
          .reads('w1', null)
          .signsIn('w1', 's1')
          .refreshes('w1', 's1', 's2', 'v2')
          .note('tiktok', { kind: 'revoke_request', process: 'w1', userId, accessToken: 'a-s2' })
          .refused('w2', 's2')
          .writes('w2', 's2', 'v3', { mark: 'refused' })
          .ends(dead('s2', 'refused')),
    },
    {
      name: 'an account that is gone although no data was lost',
      violations: ['record_lost'],
      found: () => begin().ends(null),
    },
    {
      name: 'an account that is gone although the data was lost before it came',
      violations: ['record_lost'],
      found: () => new Story().wipe().signsIn('w1', 'r1').ends(null),
    },
    {
      name: 'a store that tells of no record although there is one, after data was lost before',
      violations: ['record_lost'],
      found: () => begin().wipe().signsIn('w1', 's1').reads('w2', null).ends(live('s1')),
    },
    {
      name: 'a pair that reached a process and was never written',
      violations: ['pair_dropped'],
      found: () =>
        begin().reads('w1', 'v1', 'r1').sends('w1', 'r1', { buys: 'r2' }).hears('w1', 'success').ends(live('r2')),
    },
    {
      name: 'the same, in a process that is killed long after',
      violations: ['lost_without_cause', 'lost_without_cause', 'pair_dropped'],
      found: () =>
        markedByAnother(
          begin()
            .reads('w1', 'v1', 'r1')
            .sends('w1', 'r1', { buys: 'r2' })
            .hears('w1', 'success')
            .wait(60_000_000)
            .killed('w1'),
        ),
    },
    {
      name: 'a write that fails once and is never tried again, in a process that is killed long after',
      violations: ['lost_without_cause', 'lost_without_cause', 'pair_dropped'],
      found: () => markedByAnother(unsaved().wait(60_000_000).killed('w1')),
    },
    {
      name: 'a sign-in that the application was told of, and that was never written',
      violations: ['pair_dropped'],
      found: () => {
        const story = begin();
        return story
          .note('tiktok', { kind: 'issued', process: 'w1', userId, pair: story.pair('s1') })
          .note('w1', { kind: 'signed_in', userId, refreshToken: 's1' })
          .closes('w1')
          .ends(live('r1'));
      },
    },
    {
      name: 'a process that closes with a pair unsaved, and names nobody',
      violations: ['lost_without_cause', 'lost_without_cause', 'pair_dropped'],
      found: () => markedByAnother(unsaved().closes('w1')),
    },
    {
      name: 'a late pair that takes the place of a newer one',
      violations: ['newer_overwritten'],
      found: () => lateHolder().signsIn('w2', 's1', 'v2').writes('w1', 'r2', 'v3').ends(live('r2')),
    },
    {
      name: 'a store that lets a late pair replace a version which is long gone',
      violations: ['replaced_twice'],
      found: () => lateHolder().signsIn('w2', 's1', 'v2').writes('w1', 'r2', 'v1').ends(live('r2')),
    },
    {
      name: 'a store that lets two sign-ins both be the first',
      violations: ['replaced_twice'],
      found: () => begin().signsIn('w2', 's1').ends(live('s1')),
    },
    {
      name: 'a late pair that comes back after the record had gone',
      violations: ['resurrected'],
      found: () => lateHolder().wipe().writes('w1', 'r2', null).ends(live('r2')),
    },
    {
      name: 'a store that tells of a version which had been replaced',
      violations: ['stale_read'],
      found: () => begin().refreshes('w1', 'r1', 'r2', 'v1').reads('w2', 'v1', 'r1').ends(live('r2')),
    },
    {
      name: 'a store that tells of no record although there is one',
      violations: ['record_lost'],
      found: () => begin().reads('w2', null).ends(live('r1')),
    },
    {
      name: 'a refresh token that is sent by a process which has what came of it',
      violations: ['spent_token_sent'],
      found: () => begin().refreshes('w1', 'r1', 'r2', 'v1').refused('w1', 'r1').ends(live('r2')),
    },
    {
      name: 'the same, where an earlier request was lost on its way',
      violations: ['spent_token_sent'],
      found: () =>
        begin()
          .reads('w1', 'v1', 'r1')
          .sending('w1')
          .hears('w1', 'failure', { errorType: 'NETWORK_ERROR' })
          .refreshes('w1', 'r1', 'r2', 'v1')
          .refused('w1', 'r1')
          .ends(live('r2')),
    },
    {
      name: 'a refresh token that is sent by a process which was given what came of it, and has not begun to write',
      violations: ['spent_token_sent'],
      found: () =>
        begin()
          .reads('w1', 'v1', 'r1')
          .sends('w1', 'r1', { buys: 'r2' })
          .hears('w1', 'success')
          .refused('w1', 'r1')
          .writes('w1', 'r2', 'v1')
          .ends(live('r2')),
    },
    {
      name: 'a refresh token that is sent by a process which has read what came of it, two refreshes on',
      violations: ['spent_token_sent'],
      found: () =>
        begin()
          .reads('w2', 'v1', 'r1')
          .refreshes('w1', 'r1', 'r2', 'v1')
          .refreshes('w1', 'r2', 'r3', 'v2')
          .reads('w2', 'v3', 'r3')
          .refused('w2', 'r1')
          .ends(live('r3')),
    },
    {
      name: 'an access token that had run out',
      violations: ['dead_token_served'],
      found: () =>
        begin()
          .wait(2 * HOUR_US)
          .serves('w1', 'r1')
          .ends(live('r1')),
    },
    {
      name: 'an access token of nobody knows whom',
      violations: ['dead_token_served'],
      found: () => begin().serves('w1', 'other').ends(live('r1')),
    },
    {
      name: 'a second refresh for one expiry',
      violations: ['refreshed_early'],
      found: () =>
        begin()
          .refreshes('w1', 'r1', 'r2', 'v1')
          .reads('w2', 'v2', 'r2')
          .sends('w2', 'r2', { buys: 'r3', soon: true })
          .hears('w2', 'success')
          .writes('w2', 'r3', 'v2')
          .ends(live('r3')),
    },
    {
      name: 'a call that fails with what no fault explains',
      violations: ['unexpected_error'],
      found: () =>
        begin()
          .note('w1', { kind: 'failed', userId, since: 0, code: 'TOKEN_STORE_ERROR undecryptable' })
          .ends(live('r1')),
    },
    {
      name: 'a warning of a process',
      violations: ['unexpected_error'],
      found: () => begin().note('w1', { kind: 'unexpected', error: 'MaxListenersExceededWarning' }).ends(live('r1')),
    },
    {
      name: 'a call that is never answered',
      violations: ['unanswered_call'],
      found: () => begin().note('w1', { kind: 'closed', unsaved: [], openCalls: 1 }).ends(live('r1')),
    },
    {
      name: 'a process that crashes',
      violations: ['crashed'],
      found: () => begin().note('driver', { kind: 'crashed', process: 'w1', how: 'ended with 1' }).ends(live('r1')),
    },
    {
      name: 'a process that somebody else killed',
      violations: ['crashed'],
      found: () => begin().note('driver', { kind: 'killed', process: 'w1', byDriver: false }).ends(live('r1')),
    },
  ])('$name', ({ violations, found }) => {
    expect(found()).toEqual(violations);
  });

  test('with everything that happened to the account', () => {
    const { histories } = check(answerLost().entries, [{ userId, stored: dead('r1') }]);
    expect(histories).toHaveLength(1);
    expect(histories[0]).toMatchObject({
      userId,
      history: expect.stringMatching(/issued(.|\n)*sending(.|\n)*ended(.|\n)*heard/),
    });
  });

  test('with none of it where nothing is violated', () => {
    expect(check(begin().entries, [{ userId, stored: live('r1') }]).histories).toEqual([]);
  });
});
