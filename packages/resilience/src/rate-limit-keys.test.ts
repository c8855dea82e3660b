import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RateLimitKeys } from './rate-limit-keys.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps a key’s queue for a window after its last call, and not longer', async () => {
  const keys = new RateLimitKeys({ limit: 1, windowMs: 1_000, maxQueue: 1, maxKeys: 10, per: 'key' });
  const first = keys.queueOf('k1', undefined);
  await first.admit({});
  await vi.advanceTimersByTimeAsync(900);
  expect(keys.queueOf('k1', undefined)).toBe(first);
  keys.queueOf('k2', undefined);
  expect(keys.queueOf('k1', undefined)).toBe(first);
  await vi.advanceTimersByTimeAsync(1_001);
  keys.queueOf('k3', undefined);
  expect(keys.queueOf('k1', undefined)).not.toBe(first);
  keys.close();
});
