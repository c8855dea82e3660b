import { describe, expect, test } from 'vitest';
import { shapeOf } from '../operations.js';
import { createFaults } from './faults.js';
import type { RequestFacts } from './matcher.js';

const REFRESH: RequestFacts = { operation: 'token', grantType: 'refresh_token', clientKey: 'app', user: 'ann' };
const INFO: RequestFacts = { operation: 'user_info', grantType: undefined, clientKey: 'app', user: 'ann' };

function setUp(seed?: string) {
  const faults = createFaults({ seed, shapeOf });
  const add = (matcher: unknown, fault: unknown = 'hang', options: unknown = {}) =>
    faults.add({ matcher, fault, options });
  return { faults, add };
}

describe('matching', () => {
  test.each([
    ['token', REFRESH, true],
    ['token', INFO, false],
    ['*', INFO, true],
    ['*', { ...INFO, operation: 'unknown' }, true],
    ['*', { ...INFO, operation: 'favicon' }, false],
    ['avatar', { ...INFO, operation: 'avatar' }, true],
    [{}, REFRESH, true],
    [{ operation: ['token', 'revoke'] }, REFRESH, true],
    [{ operation: ['user_info', 'revoke'] }, REFRESH, false],
    [{ operation: 'token', grantType: 'refresh_token' }, REFRESH, true],
    [{ grantType: 'authorization_code' }, REFRESH, false],
    [{ user: 'ann', clientKey: 'app' }, INFO, true],
    [{ user: 'bob' }, INFO, false],
    [{ clientKey: 'other' }, INFO, false],
  ] as const)('%j on %j: %s', (matcher, request, strikes) => {
    const { faults, add } = setUp();
    add(matcher);
    expect(faults.strike(request) !== undefined).toBe(strikes);
  });

  test.each([
    ['tokens', /matcher\.operation is "tokens"; it takes '\*', or of authorize, consent, token/],
    [{ operations: 'token' }, /matcher has no "operations"; it takes operation, grantType, clientKey, user/],
    [{ operation: [] }, /matcher\.operation is an empty array/],
    [7, /matcher is 7/],
  ])('%j is refused by name', (matcher, message) => {
    expect(() => setUp().add(matcher)).toThrow(message);
  });
});

describe('how often', () => {
  test('so many times, and then no more', () => {
    const { faults, add } = setUp();
    const fault = add('*', 'hang', { times: 2 });
    expect([1, 2, 3].map(() => faults.strike(INFO)?.kind)).toEqual(['hang', 'hang', undefined]);
    expect(fault.hits).toBe(2);
  });

  test('until it is removed, however that is said', () => {
    const { faults, add } = setUp();
    const fault = add('*');
    expect(faults.strike(INFO)).toBeDefined();
    fault.remove();
    fault.remove();
    expect(faults.strike(INFO)).toBeUndefined();
    const other = add('*');
    other[Symbol.dispose]();
    expect(faults.strike(INFO)).toBeUndefined();
  });

  test('a probability holds over many requests, and under a seed falls the same in every run', () => {
    const run = (seed?: string) => {
      const { faults, add } = setUp(seed);
      add('*', 'hang', { probability: 0.3 });
      return Array.from({ length: 2_000 }, () => faults.strike(INFO) !== undefined);
    };
    const struck = run().filter(Boolean).length;
    expect(struck).toBeGreaterThan(450);
    expect(struck).toBeLessThan(750);
    expect(run('s')).toEqual(run('s'));
    expect(run('s')).not.toEqual(run('t'));
  });

  test('a fault that came later does not change when an earlier one strikes', () => {
    const run = (withOther: boolean) => {
      const { faults, add } = setUp('s');
      const fault = add('user_info', 'hang', { probability: 0.5 });
      if (withOther) add('user_info', 'html', { probability: 0.5 });
      return Array.from({ length: 100 }, () => {
        faults.strike(INFO);
        return fault.hits;
      });
    };
    expect(run(true)).toEqual(run(false));
  });

  test('two faults of one seed do not throw the same dice', () => {
    const { faults, add } = setUp('s');
    const first = add('user_info', 'hang', { probability: 0.5 });
    const second = add('token', 'hang', { probability: 0.5 });
    const hits = Array.from({ length: 100 }, () => {
      faults.strike(INFO);
      faults.strike(REFRESH);
      return [first.hits, second.hits];
    });
    expect(hits.some(([left, right]) => left !== right)).toBe(true);
  });

  test('never and always are exact', () => {
    const { faults, add } = setUp();
    const never = add('*', 'hang', { probability: 0 });
    const always = add('*', 'html', { probability: 1 });
    for (let time = 0; time < 100; time++) faults.strike(INFO);
    expect([never.hits, always.hits]).toEqual([0, 100]);
  });

  test.each([
    [{ times: 0 }, /options\.times is 0/],
    [{ probability: 1.1 }, /options\.probability is 1\.1; it takes a number from 0 to 1/],
    [{ probability: '1' }, /options\.probability is "1"/],
    [{ count: 1 }, /options has no "count"; it takes times, probability/],
  ])('%j is refused by name', (options, message) => {
    expect(() => setUp().add('*', 'hang', options)).toThrow(message);
  });
});

test('of several the first strikes, and the next when it is over', () => {
  const { faults, add } = setUp();
  add('*', 'hang', { times: 1 });
  add('user_info', 'html');
  expect([1, 2].map(() => faults.strike(INFO)?.kind)).toEqual(['hang', 'html']);
});

describe('errors and where they belong', () => {
  test('an error strikes only what can give it', () => {
    const { faults, add } = setUp();
    add('*', 'internal_error');
    expect(faults.strike(REFRESH)).toBeUndefined();
    expect(faults.strike(INFO)).toBeDefined();
  });

  test.each([
    ['token', 'internal_error', /fault is "internal_error", which token can't give; it takes one of access_denied/],
    ['user_info', 'invalid_grant', /fault is "invalid_grant", which user_info can't give; it takes one of access_tok/],
    [{ operation: ['token', 'revoke'] }, 'rate_limit_exceeded', /which token, revoke can't give/],
  ])('%j cannot give %s: said at once, as it would never strike', (matcher, fault, message) => {
    expect(() => setUp().add(matcher, fault)).toThrow(message);
  });
});
