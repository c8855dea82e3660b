import { hash, timingSafeEqual } from 'node:crypto';
import { validationError } from '@tt/errors';
import type { RandomPool } from './random-pool.js';

/** Shorter than this is no state of ours, and could be guessed. */
const MIN_STATE_LENGTH = 32;

const ABOUT = {
  operation: 'authorization.callback',
  userMessage: 'This sign-in is no longer valid. Please start again.',
};

/** 64 hex characters: 256 random bits. */
export function createState(random: RandomPool): string {
  return random.text(32, 'hex');
}

/**
 * Checks a callback's state against the expected one (D18), in constant time.
 *
 * @throws TikTokError `VALIDATION_ERROR` with code `state_not_expected` where nothing can be compared with, because the
 *   sign-in was not begun here, has expired or was used before; `state_missing` or `state_mismatch` for the callback's.
 */
export function assertState(received: string | undefined, expected: unknown): void {
  if (!isState(expected)) {
    throw validationError('No sign-in is expected: its state is absent, used, expired or under 32 characters', {
      ...ABOUT,
      code: 'state_not_expected',
      hint: 'Pass the state that getAuthorizationUrl gave, from the session of this browser. Delete it there before the exchange.',
    });
  }
  if (received === undefined || received === '') {
    throw validationError('The callback has no state', { ...ABOUT, code: 'state_missing' });
  }
  if (!timingSafeEqual(digest(received), digest(expected))) {
    throw validationError('The callback’s state is not the one that this sign-in began with', {
      ...ABOUT,
      code: 'state_mismatch',
    });
  }
}

/** Whether a state can have come from {@link createState}, or is as hard to guess. */
export function isState(value: unknown): value is string {
  return typeof value === 'string' && value.length >= MIN_STATE_LENGTH;
}

/** Of equal length whatever is compared, as a constant-time comparison needs. */
function digest(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}
