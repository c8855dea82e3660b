import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecord } from '../test-support/records.js';
import { type Reading, TokenCache } from './token-cache.js';

const DUE_AT = 80_000_000;

function aCache({ maxAccounts = 10, maxAgeMs = 60_000 } = {}) {
  const clock = { now: 0 };
  const cache = new TokenCache({ maxAccounts, maxAgeMs, now: () => clock.now, dueAt: () => DUE_AT });
  cache.subscription('up');
  const keep = (userId: string, version: string): void => {
    const reading = cache.begin(userId);
    reading.keep({ record: aRecord({ accessToken: version }), version });
    reading.end();
  };
  return { cache, clock, keep };
}

describe('which accounts are kept', () => {
  it('as many as were said; those nobody asked for go first, the oldest before the others', () => {
    const { cache, keep } = aCache({ maxAccounts: 3 });
    for (const name of ['a', 'b', 'c']) keep(name, name);
    expect(cache.hit('a', 0)).toBe('a');
    keep('d', 'd');
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.hit(name, 0) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('being asked for once is no place for ever', () => {
    const { cache, keep } = aCache({ maxAccounts: 2 });
    keep('a', 'a');
    cache.hit('a', 0);
    for (const name of ['b', 'c', 'd']) keep(name, name);
    expect(cache.hit('a', 0)).toBeUndefined();
  });

  it('never more than the limit, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), (steps) => {
        const { cache, keep } = aCache({ maxAccounts: 5 });
        for (const [account, asked] of steps) {
          if (asked) cache.hit(String(account), 0);
          else keep(String(account), 'v');
        }
        const kept = Array.from({ length: 21 }, (_, account) => cache.last(String(account)));
        expect(kept.filter((record) => record !== undefined).length).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('when a token is served from memory', () => {
  it('until it is due', () => {
    const { cache, clock, keep } = aCache({ maxAgeMs: 1e12 });
    keep('a', 'v1');
    clock.now = DUE_AT - 1;
    expect(cache.hit('a', 0)).toBe('v1');
    clock.now = DUE_AT;
    expect(cache.hit('a', 0)).toBeUndefined();
    expect(cache.believed('a')?.version).toBe('v1');
  });

  it('while it lasts as long as the caller needs', () => {
    const { cache, clock, keep } = aCache({ maxAgeMs: 1e12 });
    keep('a', 'v1');
    clock.now = 40_000_000;
    expect(cache.hit('a', 46_400_000)).toBe('v1');
    expect(cache.hit('a', 46_400_001)).toBeUndefined();
  });
});

/**
 * A store with one account, whose versions are numbered, and everything that can fall between its write and this cache.
 * What the cache serves must never be older than a version it has heard of.
 */
type Step =
  | 'write elsewhere'
  | 'hear the next message'
  | 'begin to read'
  | 'the store answers'
  | 'the answer arrives'
  | 'break'
  | 'mend';

it('never serves a version older than one it has heard of, nor any while the subscription is down (D17)', () => {
  const step = fc.constantFrom<Step>(
    'write elsewhere',
    'hear the next message',
    'begin to read',
    'the store answers',
    'the answer arrives',
    'break',
    'mend',
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { cache } = aCache();
      let written = 0;
      let heard = 0;
      let up = true;
      let messages: number[] = [];
      const reads: { reading: Reading; found?: number }[] = [];
      for (const next of steps) {
        switch (next) {
          case 'write elsewhere':
            written += 1;
            if (up) messages.push(written);
            break;
          case 'hear the next message': {
            const message = messages.shift();
            if (message === undefined) break;
            heard = message;
            cache.heard('a', String(message));
            break;
          }
          case 'begin to read':
            reads.push({ reading: cache.begin('a') });
            break;
          case 'the store answers': {
            const read = reads.find(({ found }) => found === undefined);
            if (read !== undefined) read.found = written;
            break;
          }
          case 'the answer arrives': {
            const index = reads.findIndex(({ found }) => found !== undefined);
            const [read] = index < 0 ? [] : reads.splice(index, 1);
            if (read === undefined) break;
            const version = String(read.found);
            read.reading.keep({ record: aRecord({ accessToken: version }), version });
            read.reading.end();
            break;
          }
          case 'break':
            up = false;
            // What was on its way is lost.
            messages = [];
            cache.subscription('down');
            break;
          case 'mend':
            up = true;
            cache.subscription('up');
            break;
        }
        const served = cache.hit('a', 0);
        if (!up) expect(served).toBeUndefined();
        if (served !== undefined) {
          expect(Number(served)).toBeGreaterThanOrEqual(heard);
          // Nothing is missing but what is still on its way.
          expect(messages.length === 0 ? Number(served) : written).toBe(written);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
