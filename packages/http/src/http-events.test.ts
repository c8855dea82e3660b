import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { withCorrelationId } from '@tt/logger';
import { createCircuitBreaker, createPolicy, createRateLimiter, createRetry } from '@tt/resilience';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HTTP_CHANNEL, type TikTokHttpEvent } from './http-events.js';
import { CONTENDERS } from './testing/contenders.js';
import { json, startServer, type TestServer } from './testing/server.js';
import { createTikTokHttp, type TikTokHttp } from './tiktok-http.js';

const OK = { data: {}, error: { code: 'ok' } };
const read = { operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'api' } as const;

let events: TikTokHttpEvent[] = [];
const listen = (message: unknown): void => {
  events.push(message as TikTokHttpEvent);
};
let server: TestServer | undefined;
let http: TikTokHttp | undefined;
let cleanUp: (() => Promise<void>) | undefined;

beforeEach(() => {
  events = [];
  subscribe(HTTP_CHANNEL, listen);
});

afterEach(async () => {
  unsubscribe(HTTP_CHANNEL, listen);
  http?.close();
  await cleanUp?.();
  await server?.close();
  cleanUp = undefined;
});

const labels = { operation: 'user.info', correlationId: 'request-7' };
const retry = (attempts = 3) => createRetry({ attempts, sleep: async () => undefined });

describe.each(CONTENDERS)('what is published of requests on $name', ({ create }) => {
  async function open(
    answer: Parameters<typeof startServer>[0],
    policy = createPolicy({ retry: retry() }),
  ): Promise<TikTokHttp> {
    server = await startServer(answer);
    const contender = create();
    cleanUp = contender.close;
    http = createTikTokHttp({ baseUrl: server.url, policy, ...contender.options });
    return http;
  }

  it('a request and its attempts, retried, each with its outcome and the first one’s correlation id', async () => {
    const client = await open((_request, response) =>
      server?.seen.length === 1 ? json(response, 503, '') : json(response, 200, OK),
    );
    await withCorrelationId('request-7', () => client.send(read));
    const failed = { outcome: 'failure', errorType: 'SERVER_ERROR', statusCode: 503, outcomeUnknown: false };
    const succeeded = { outcome: 'success', statusCode: 200, outcomeUnknown: false, durationMs: expect.any(Number) };
    expect(events).toEqual([
      { ...labels, event: 'request_start' },
      { ...labels, event: 'attempt_start', attempt: 1 },
      { ...labels, event: 'attempt_end', attempt: 1, ...failed, durationMs: expect.any(Number) },
      { ...labels, event: 'retry', attempt: 1, errorType: 'SERVER_ERROR', delayMs: expect.any(Number) },
      { ...labels, event: 'attempt_start', attempt: 2 },
      { ...labels, event: 'attempt_end', attempt: 2, ...succeeded },
      { ...labels, event: 'request_end', attempts: 2, ...succeeded },
    ]);
  });

  it('giving up, with the reason, and a fate that is unknown', async () => {
    const client = await open((_request, _response, socket) => socket.destroy(), createPolicy({ retry: retry(1) }));
    await withCorrelationId('request-7', () => client.send(read).catch(() => undefined));
    const lost = { outcome: 'failure', errorType: 'NETWORK_ERROR', outcomeUnknown: true };
    expect(events).toMatchObject([
      { event: 'request_start' },
      { event: 'attempt_start' },
      { ...labels, event: 'attempt_end', attempt: 1, ...lost },
      { ...labels, event: 'give_up', attempt: 1, errorType: 'NETWORK_ERROR', reason: 'attempts' },
      { ...labels, event: 'request_end', attempts: 1, ...lost },
    ]);
  });

  it('a caller’s abort as such, the attempt ended before its request', async () => {
    const controller = new AbortController();
    const client = await open(() => controller.abort(new Error('called off')));
    await client.send({ ...read, signal: controller.signal }).catch(() => undefined);
    // What is left of the attempt has had its time to end once more.
    await new Promise(setImmediate);
    expect(events.map(({ event }) => event)).toEqual(['request_start', 'attempt_start', 'attempt_end', 'request_end']);
    const aborted = { outcome: 'aborted', outcomeUnknown: true };
    expect(events.slice(2)).toMatchObject([aborted, aborted]);
    events = [];
    await client.send({ ...read, signal: controller.signal }).catch(() => undefined);
    expect(events).toMatchObject([
      { event: 'request_start' },
      { event: 'request_end', attempts: 0, outcome: 'aborted', outcomeUnknown: false },
    ]);
  });

  it('a timeout of the attempt', async () => {
    const client = await open(() => undefined, createPolicy({ timeoutMs: 30 }));
    await client.send(read).catch(() => undefined);
    await new Promise(setImmediate);
    const timedOut = { outcome: 'failure', errorType: 'TIMEOUT_ERROR', outcomeUnknown: true };
    expect(events.slice(2)).toMatchObject([
      { event: 'attempt_end', ...timedOut },
      { event: 'request_end', ...timedOut },
    ]);
    expect(events).toHaveLength(4);
  });
});

describe('what is published', () => {
  async function open(policy = createPolicy()): Promise<TikTokHttp> {
    server = await startServer((_request, response) => json(response, 500, ''));
    http = createTikTokHttp({ baseUrl: server.url, policy });
    return http;
  }

  it('has no attempt where the breaker refuses, or where the request is malformed', async () => {
    const breaker = createCircuitBreaker({ failureThreshold: 1 });
    const client = await open(createPolicy({ breaker }));
    await client.send(read).catch(() => undefined);
    events = [];
    await client.send(read).catch(() => undefined);
    await client.send({ ...read, path: 'x' }).catch(() => undefined);
    breaker.close();
    expect(events).toMatchObject([
      { event: 'request_start' },
      { event: 'request_end', attempts: 0, outcome: 'failure', errorType: 'CIRCUIT_OPEN', outcomeUnknown: false },
      { event: 'request_start' },
      { event: 'request_end', attempts: 0, outcome: 'failure', errorType: 'VALIDATION_ERROR' },
    ]);
  });

  it('has the waits in the limiter', async () => {
    const rateLimiter = createRateLimiter({ limits: { '/v2/user/info/': { limit: 1, windowMs: 50 } } });
    const client = await open(createPolicy({ rateLimiter }));
    await Promise.allSettled([client.send(read), client.send(read)]);
    rateLimiter.close();
    const waits = events.filter(({ event }) => event === 'limiter_wait');
    expect(waits).toMatchObject([{ operation: 'user.info', attempt: 1, waitedMs: expect.any(Number) }]);
  });

  it('has nothing of what was sent or answered in it', async () => {
    server = await startServer((_request, response) => json(response, 400, { error: 'c4n4ry-code', log_id: 'c4n4ry' }));
    http = createTikTokHttp({ baseUrl: server.url, policy: createPolicy({ retry: retry() }) });
    const call = { ...read, accessToken: 'act.c4n4ry', query: { user: 'c4n4ry' }, rateLimitKey: 'c4n4ry' };
    await http.send(call).catch(() => undefined);
    await http.send({ ...call, method: 'POST', form: { token: 'c4n4ry' } }).catch(() => undefined);
    expect(events.length).toBeGreaterThan(7);
    expect(JSON.stringify(events)).not.toContain('c4n4ry');
    expect(JSON.stringify(events)).not.toContain('/v2/');
  });

  it('of a request that began before anybody listened is nothing, so that starts and ends add up', async () => {
    unsubscribe(HTTP_CHANNEL, listen);
    const client = await open(createPolicy({ retry: retry() }));
    const call = client.send(read).catch(() => undefined);
    subscribe(HTTP_CHANNEL, listen);
    await call;
    expect(events).toEqual([]);
  });

  it('of an error that is not ours has no type', async () => {
    const client = await open();
    const beforeSend = (): Promise<void> => Promise.reject(new Error('no'));
    await client.send({ ...read, beforeSend }).catch(() => undefined);
    expect(events.at(-1)).toMatchObject({ event: 'request_end', attempts: 0, outcome: 'failure' });
    expect(events.at(-1)).not.toHaveProperty('errorType');
  });
});
