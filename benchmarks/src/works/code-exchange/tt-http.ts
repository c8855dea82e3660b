import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createTikTokHttp, HTTP_CHANNEL, schema } from '@tt/http';
import { createLogger } from '@tt/logger';
import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import { Pool } from 'undici';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, formWith, nextCode, path, tokensOf } from './expected.js';

const tokens = schema.object({
  access_token: schema.text(),
  expires_in: schema.integer({ min: 1 }),
  refresh_token: schema.text(),
  refresh_expires_in: schema.orAbsent(schema.integer({ min: 1 })),
  open_id: schema.text(),
  scope: schema.optional(schema.text()),
  token_type: schema.text(),
});
const request = { operation: 'token.exchange', method: 'POST', path, shape: 'oauth', schema: tokens } as const;

/** The request alone: the tokens are read and not stored. */
function exchanging({ origin = '' }: Services, dispatcher?: Pool): Subject {
  const breaker = createCircuitBreaker();
  const policy = createPolicy({ deadlineMs: 30_000, timeoutMs: 8_000, retry: createRetry(), breaker });
  const logger = createLogger({ level: 'INFO', output: 'json', destination: { write() {} } });
  const http = createTikTokHttp({ baseUrl: origin, policy, logger, dispatcher });
  return {
    call: async () => tokensOf((await http.send({ ...request, form: formWith(nextCode()) })).data),
    check: expectTokens,
    close: async () => {
      breaker.close();
      await http.close();
      await dispatcher?.close();
    },
  };
}

export function byDefault(services: Services): Subject {
  return exchanging(services);
}

/** With somebody who hears of every request and does nothing about it. */
export function observed(services: Services): Subject {
  const { close, ...subject } = exchanging(services);
  const listener = (): void => undefined;
  subscribe(HTTP_CHANNEL, listener);
  return {
    ...subject,
    close: async () => {
      unsubscribe(HTTP_CHANNEL, listener);
      await close?.();
    },
  };
}

export function withDispatcher(services: Services): Subject {
  return exchanging(services, new Pool(services.origin ?? ''));
}
