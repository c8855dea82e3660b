import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { MemoryTokenStore } from '../memory-token-store.js';
import { describeTokenStore } from './describe-token-store.js';
import { createFakeClock } from './fake-clock.js';

const capabilities = { sharedAcrossInstances: false };

describeTokenStore('MemoryTokenStore in real time', {
  runner: { describe, it },
  open: () => ({ store: new MemoryTokenStore() }),
  capabilities,
});

describeTokenStore('MemoryTokenStore by a clock of its own', {
  runner: { describe, it },
  open: () => {
    const clock = createFakeClock();
    return { store: new MemoryTokenStore({ now: clock.now }), clock };
  },
  // Its records go by the clock, its leases by timers.
  passTime: (ms, { clock }) => {
    clock.advance(ms);
    return sleep(ms);
  },
  capabilities,
});

describe('under the fake timers of a test runner', () => {
  beforeAll(() => {
    vi.useFakeTimers();
  });

  afterAll(() => {
    vi.useRealTimers();
  });

  describeTokenStore('MemoryTokenStore', {
    runner: { describe, it },
    open: () => ({ store: new MemoryTokenStore() }),
    passTime: (ms) => vi.advanceTimersByTimeAsync(ms),
    capabilities,
  });
});
