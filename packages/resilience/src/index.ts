export type { CircuitBreaker, CircuitBreakerOptions, CircuitBreakerStats, CircuitState } from './circuit-breaker.js';
export { createCircuitBreaker } from './circuit-breaker.js';
export type { AttemptContext, Policy, PolicyExecuteOptions, PolicyOptions } from './policy.js';
export { createPolicy } from './policy.js';
export type { Retry, RetryEvent, RetryExecuteOptions, RetryOptions, RetryRule } from './retry.js';
export { createRetry, ifRepeatable, ifUnsent } from './retry.js';
export type { Sleep } from './sleep.js';
export { untilAborted } from './until-aborted.js';
