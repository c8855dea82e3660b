export type {
  BreakerTransition,
  CircuitBreaker,
  CircuitBreakerOptions,
  CircuitBreakerStats,
  CircuitState,
} from './circuit-breaker.js';
export { createCircuitBreaker } from './circuit-breaker.js';
export type { AttemptContext, Policy, PolicyExecuteOptions, PolicyOptions, PolicyWaitEvent } from './policy.js';
export { createPolicy } from './policy.js';
export type { RateLimitWait } from './rate-limit-queue.js';
export type { AcquireOptions, RateLimit, RateLimiter, RateLimiterOptions } from './rate-limiter.js';
export { createRateLimiter } from './rate-limiter.js';
export type {
  Attempt,
  GiveUpEvent,
  GiveUpReason,
  Retry,
  RetryEvent,
  RetryExecuteOptions,
  RetryOptions,
} from './retry.js';
export { createRetry } from './retry.js';
export type { RetryBudgetOptions } from './retry-budget.js';
export { ifRepeatable, ifUnsent, type RetryRule } from './retry-rule.js';
export { type Sleep, sleep } from './sleep.js';
export { TIKTOK_RATE_LIMITS, type TikTokRateLimit } from './tiktok-rate-limits.js';
export { untilAborted } from './until-aborted.js';
