import { createTikTokHttp, parseBaseUrl, type TikTokHttp } from '@tt/http';
import type { Logger } from '@tt/logger';
import { type CircuitBreaker, createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import { checkedFunction, type TikTokOAuthOptions } from './oauth-options.js';

const API_BASE_URL = 'https://open.tiktokapis.com';
const DEADLINE_MS = 30_000;
const TIMEOUT_MS = 8_000;

/** The way to TikTok's API, with one breaker for everything that goes over it (D8). */
export interface Connection {
  readonly http: TikTokHttp;
  readonly breaker: CircuitBreaker;
  /** The longest one attempt may take, in milliseconds. */
  readonly attemptTimeoutMs: number;
}

/** @throws TypeError naming the option that is wrong, what it got and what it takes. */
export function createConnection(
  options: TikTokOAuthOptions,
  { logger, now }: { readonly logger: Logger; readonly now: () => number },
): Connection {
  const { deadlineMs = DEADLINE_MS, timeoutMs = TIMEOUT_MS, retry, breaker, rateLimiter } = options.policy ?? {};
  const circuitBreaker = createCircuitBreaker({ ...breaker, now: breaker?.now ?? now });
  const policy = createPolicy({
    deadlineMs,
    timeoutMs,
    // What is set for the retry alone wins over what is set for everything.
    retry: createRetry({
      ...retry,
      random: retry?.random ?? options.random,
      sleep: retry?.sleep ?? checkedFunction('TikTokOAuth: sleep', options.sleep),
    }),
    breaker: circuitBreaker,
    rateLimiter,
  });
  const http = createTikTokHttp({
    baseUrl: parseBaseUrl('TikTokOAuth: apiBaseUrl', options.apiBaseUrl ?? API_BASE_URL).href,
    policy,
    logger,
    fetch: options.fetch,
    dispatcher: options.dispatcher,
    correlationIdHeader: options.correlationIdHeader,
    now,
  });
  return { http, breaker: circuitBreaker, attemptTimeoutMs: timeoutMs };
}
