import { expect, it } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.js';
import { createRateLimiter } from './rate-limiter.js';

/** How many timers keep this process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

it('an open breaker and an idle limiter let the process end, closed or not', async () => {
  const held = setTimeout(() => undefined, 60_000);
  const before = timers();
  expect(before).toBeGreaterThan(0);
  const breaker = createCircuitBreaker({ failureThreshold: 1 });
  const limiter = createRateLimiter({ default: { limit: 5, windowMs: 60_000 } });
  await breaker.execute(() => Promise.reject(new Error('down'))).catch(() => undefined);
  for (let i = 0; i < 5; i++) await limiter.acquire();
  expect(breaker.stats().state).toBe('OPEN');
  expect(timers()).toBe(before);
  clearTimeout(held);
  breaker.close();
  limiter.close();
});
