import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomPool } from './random-pool.js';
import { assertState, createState } from './state.js';

const EXPECTED = 'a'.repeat(64);

describe('createState', () => {
  it('is 64 hex characters, never the same', () => {
    const random = new RandomPool();
    const states = Array.from({ length: 100 }, () => createState(random));
    for (const state of states) expect(state).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(states).size).toBe(100);
  });
});

describe('assertState', () => {
  it('accepts one of 32 characters, as an application may make its own', () => {
    expect(() => assertState('a'.repeat(32), 'a'.repeat(32))).not.toThrow();
  });

  it('accepts the expected state', () => {
    expect(() => assertState(EXPECTED, EXPECTED)).not.toThrow();
  });

  it.each([undefined, null, '', 'a'.repeat(31), 42, ['a'.repeat(64)]])('refuses to compare with %j', (expected) => {
    expect(() => assertState(String(expected), expected)).toThrow(
      expect.objectContaining({ type: 'VALIDATION_ERROR', code: 'state_not_expected' }),
    );
  });

  it.each([undefined, ''])('refuses a callback whose state is %j', (received) => {
    expect(() => assertState(received, EXPECTED)).toThrow(expect.objectContaining({ code: 'state_missing' }));
  });

  it('refuses any other state', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (received) => {
        fc.pre(received !== EXPECTED);
        expect(() => assertState(received, EXPECTED)).toThrow(
          expect.objectContaining({
            code: 'state_mismatch',
            userMessage: 'This sign-in is no longer valid. Please start again.',
          }),
        );
      }),
    );
  });
});
