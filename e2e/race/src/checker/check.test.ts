import { describe, expect, test } from 'vitest';
import type { Entry, FinalState, IssuedPair, What } from '../journal/entry.js';
import { check } from './check.js';
import type { ViolationKind } from './violation.js';

const userId = 'u1';
const HOUR_US = 3_600_000_000;

/** Journals of a race that is told step by step. */
class Story {
  readonly entries: Entry[] = [];
  #at = 0;
  #requests = 0;
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
    return { accessToken: `a-${name}`, refreshToken: name, accessTokenExpiresAt: this.#at + lifeUs };
  }

  /** A sign-in through `from` that brings a pair by that name, and its write. */
  signsIn(from: string, name: string, ifVersion: string | null = null): this {
    this.note('tiktok', { kind: 'issued', process: from, userId, pair: this.pair(name) });
    return this.writes(from, name, ifVersion);
  }

  reads(from: string, version: string | null, refreshToken = '', mark?: 'refused' | 'answer_lost'): this {
    const record = version === null ? null : { version, refreshToken, mark };
    return this.note(from, { kind: 'read', by: 'acquire', userId, since: this.#at + 500, record });
  }

  /** A refresh request of `from`, up to where TikTok has dealt with it. */
  sends(
    from: string,
    refreshToken: string,
    { buys, live = true, soon = false }: { buys?: string; live?: boolean; soon?: boolean } = {},
  ): this {
    const request = ++this.#requests;
    // When it is due, unless it is the very next thing after another request.
    if (live) this.wait(soon ? 0 : 0.9 * HOUR_US);
    this.note(from, { kind: 'sending', userId });
    this.note('tiktok', { kind: 'arrived', request, process: from, userId, refreshToken, live });
    const pair = buys === undefined ? undefined : this.pair(buys);
    return this.note('tiktok', { kind: 'ended', request, effect: live, pair, how: '200' });
  }

  hears(
    from: string,
    outcome: 'success' | 'failure',
    how: { errorType?: string; outcomeUnknown?: boolean } = {},
  ): this {
    const { errorType, outcomeUnknown = false } = how;
    return this.note(from, { kind: 'heard', userId, outcome, errorType, outcomeUnknown });
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
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .sends('w1', 'r1', { buys: 'r2' })
      .note('driver', { kind: 'killed', process: 'w1' })
      .reads('w2', 'v1', 'r1')
      .sends('w2', 'r1', { live: false })
      .hears('w2', 'failure', { errorType: 'TOKEN_EXPIRED' })
      .writes('w2', 'r1', 'v1', { mark: 'refused' });
    expect(story.ends(dead('r1', 'refused'))).toEqual([]);
    const { tally } = check(story.entries, [{ userId, stored: dead('r1', 'refused') }]);
    expect(tally.losses).toEqual({ 'killed before the write': 1 });
    expect(tally.endings).toEqual({ marked: 1 });
  });

  test('by an answer that is lost on its way, and is marked as that', () => {
    expect(answerLost().writes('w1', 'r1', 'v1', { mark: 'answer_lost' }).ends(dead('r1', 'answer_lost'))).toEqual([]);
  });

  test('by a holder that comes back late and writes over the mark', () => {
    const story = lateHolder().writes('w1', 'r2', 'v2');
    expect(story.ends(live('r2'))).toEqual([]);
    const { tally } = check(story.entries, [{ userId, stored: live('r2') }]);
    expect(tally.work).toMatchObject({ storedOverMark: 1 });
  });

  test('by a holder that comes back late and is refused by the pair of a sign-in', () => {
    const story = lateHolder()
      .signsIn('w2', 's1', 'v2')
      .begins('w1', 'r2', 'v1')
      .note('w1', {
        kind: 'read',
        by: 'put',
        userId,
        since: 0,
        record: { version: 'v3', refreshToken: 's1', mark: undefined },
      })
      .note('w1', {
        kind: 'write_refused',
        userId,
        refreshToken: 'r2',
        ifVersion: 'v1',
        mark: undefined,
        doubted: false,
      });
    // That read is of the present, and says so.
    const entries = story.entries.map((entry) =>
      entry.kind === 'read' && entry.by === 'put' ? { ...entry, since: entry.at } : entry,
    );
    const verdict = check(entries, [{ userId, stored: live('s1') }]);
    expect(verdict.violations).toEqual([]);
    expect(verdict.tally.work).toMatchObject({ lateWritesRefused: 1, lateWritesDone: 0 });
  });

  test('by an account that is gone with all of Redis’s data', () => {
    expect(begin().wipe().reads('w1', null).ends(null)).toEqual([]);
  });

  test('by access that was taken away at TikTok', () => {
    const story = begin()
      .note('driver', { kind: 'disconnected', userId })
      .writes('w1', 'r1', 'v1', { mark: 'refused' });
    expect(story.ends(dead('r1', 'refused'))).toEqual([]);
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

  test('by a pair that could not be stored, whose user is named when its process closes', () => {
    const story = unsaved().closes('w1', [userId]).note('driver', { kind: 'killed', process: 'w9' });
    expect(story.ends(live('r1'))).toEqual([]);
  });
});

/** The request of w1 took effect, and no answer came. */
function answerLost(): Story {
  return begin()
    .reads('w1', 'v1', 'r1')
    .sends('w1', 'r1')
    .hears('w1', 'failure', { errorType: 'NETWORK_ERROR', outcomeUnknown: true })
    .sends('w1', 'r1', { live: false })
    .hears('w1', 'failure', { errorType: 'TOKEN_EXPIRED' });
}

/** w1 has its answer, late: w2 has marked the account meanwhile. */
function lateHolder(): Story {
  return begin()
    .reads('w1', 'v1', 'r1')
    .sends('w1', 'r1', { buys: 'r2' })
    .reads('w2', 'v1', 'r1')
    .sends('w2', 'r1', { live: false })
    .hears('w2', 'failure', { errorType: 'TOKEN_EXPIRED' })
    .writes('w2', 'r1', 'v1', { mark: 'refused' })
    .hears('w1', 'success');
}

/** w1 has a new pair, and Redis takes no writes. */
function unsaved(): Story {
  return begin()
    .reads('w1', 'v1', 'r1')
    .sends('w1', 'r1', { buys: 'r2' })
    .hears('w1', 'success')
    .begins('w1', 'r2', 'v1')
    .note('w1', {
      kind: 'write_failed',
      userId,
      refreshToken: 'r2',
      ifVersion: 'v1',
      mark: undefined,
      doubted: false,
      code: 'timeout',
    });
}

const marked = { userId, refreshToken: 'r1', ifVersion: 'v1', mark: undefined, doubted: false } as const;

describe('what is planted is found', () => {
  test.each<{ name: string; violations: readonly ViolationKind[]; found: () => ViolationKind[] }>([
    {
      name: 'a dead refresh token that nobody marked',
      violations: ['neither'],
      found: () => answerLost().ends(dead('r1')),
    },
    {
      name: 'a mark on a refresh token that is good',
      violations: ['false_mark'],
      found: () =>
        begin().writes('w1', 'r1', 'v1', { mark: 'refused' }).ends({ refreshToken: 'r1', live: true, mark: 'refused' }),
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
          .writes('w2', 'r1', 'v2', { mark: 'refused' })
          .ends(dead('r1', 'refused')),
    },
    {
      name: 'access taken away that is marked as an answer lost',
      violations: ['false_reason'],
      found: () =>
        begin()
          .note('driver', { kind: 'disconnected', userId })
          .writes('w1', 'r1', 'v1', { mark: 'answer_lost' })
          .ends(dead('r1', 'answer_lost')),
    },
    {
      name: 'a pair that was stored, and is not there any more',
      violations: ['lost_without_cause'],
      found: () => begin().refreshes('w1', 'r1', 'r2', 'v1').ends(dead('r1', 'refused')),
    },
    {
      name: 'a dead refresh token that nothing explains',
      violations: ['lost_without_cause'],
      found: () => begin().ends(dead('r1', 'refused')),
    },
    {
      name: 'an account that is gone although no data was lost',
      violations: ['record_lost'],
      found: () => begin().ends(null),
    },
    {
      name: 'an account that is gone although the data was lost before it came',
      violations: ['record_lost'],
      found: () => {
        const story = new Story().wipe();
        return story.signsIn('w1', 'r1').ends(null);
      },
    },
    {
      name: 'a pair that reached a process and was never written',
      violations: ['pair_dropped'],
      found: () =>
        begin().reads('w1', 'v1', 'r1').sends('w1', 'r1', { buys: 'r2' }).hears('w1', 'success').ends(live('r2')),
    },
    {
      name: 'a process that closes with a pair unsaved, and names nobody',
      violations: ['closed_in_silence'],
      found: () => unsaved().closes('w1').ends(live('r1')),
    },
    {
      name: 'a late pair that takes the place of a newer one',
      violations: ['newer_overwritten'],
      found: () => lateHolder().signsIn('w2', 's1', 'v2').writes('w1', 'r2', 'v3').ends(live('r2')),
    },
    {
      name: 'a late pair that comes back after the record had gone',
      violations: ['resurrected'],
      found: () => lateHolder().wipe().writes('w1', 'r2', null).ends(live('r2')),
    },
    {
      name: 'a store that tells of a version which had been overwritten',
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
      found: () => begin().refreshes('w1', 'r1', 'r2', 'v1').sends('w1', 'r1', { live: false }).ends(live('r2')),
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
          .sends('w2', 'r1', { live: false })
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

describe('a request that is late on its way', () => {
  test('is not one that was sent late', () => {
    // Sent before r2 was known, and kept back by the network until after.
    const story = begin()
      .reads('w1', 'v1', 'r1')
      .note('w1', { kind: 'sending', userId })
      .hears('w1', 'failure', { errorType: 'TIMEOUT_ERROR', outcomeUnknown: true })
      .sends('w1', 'r1', { buys: 'r2' })
      .hears('w1', 'success')
      .writes('w1', 'r2', 'v1')
      .note('tiktok', { kind: 'arrived', request: 99, process: 'w1', userId, refreshToken: 'r1', live: false });
    expect(story.ends(live('r2'))).toEqual([]);
    expect(
      story
        .note('tiktok', { kind: 'arrived', request: 100, process: 'w1', userId, refreshToken: 'r1', live: false })
        .ends(live('r2')),
    ).toEqual(['spent_token_sent']);
  });
});

test('a write that failed and landed all the same is no loss', () => {
  const story = begin()
    .refreshes('w1', 'r1', 'r2', 'v1')
    .note('w1', { kind: 'write_failed', ...marked, code: 'timeout' })
    .closes('w1');
  expect(story.ends(live('r2'))).toEqual([]);
});
