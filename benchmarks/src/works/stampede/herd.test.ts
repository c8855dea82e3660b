import { expect, test } from 'vitest';
import { accessTokenOf } from '../../token-server/accounts.js';
import { expectOutcome, herd, summed } from './herd.js';

test('a herd counts who was served the newest token, an older one, or none', async () => {
  let calls = 0;
  const outcome = await herd({ account: 'one', callers: 10 }, async () => {
    calls += 1;
    if (calls === 1) return accessTokenOf('one', 0);
    if (calls === 2) throw new Error('refused');
    return accessTokenOf('one', 1);
  });
  expect(outcome).toEqual({ callers: 10, stale: 1, failed: 1, why: 'Error: refused' });
});

test('the outcomes of processes add up', () => {
  const outcome = { callers: 250, stale: 1, failed: 2, why: '' };
  expect(summed([outcome, { ...outcome, why: 'Error: late' }])).toEqual({
    callers: 500,
    stale: 2,
    failed: 4,
    why: 'Error: late',
  });
});

test('a herd that was not there, or of which nobody got anything, is no measurement', () => {
  expect(() => expectOutcome({ callers: 999, stale: 0, failed: 0, why: '' })).toThrow('only 999 called');
  expect(() => expectOutcome({ callers: 1_000, stale: 0, failed: 1_000, why: 'Error: no' })).toThrow('Error: no');
  expect(() => expectOutcome({ callers: 1_000, stale: 1, failed: 999, why: '' })).not.toThrow();
});
