import { readFileSync } from 'node:fs';
import { TikTokError } from '@tt/errors';
import { createLogger, currentCorrelationId, withCorrelationId } from '@tt/logger';
import { createCircuitBreaker, createPolicy, createRateLimiter, createRetry, ifUnsent } from '@tt/resilience';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { TikTokHttpOptions } from './http-options.js';
import { schema } from './schema.js';
import type { StandardSchema } from './standard-schema.js';
import { CONTENDERS } from './testing/contenders.js';
import { json, startServer, type TestServer } from './testing/server.js';
import { createTikTokHttp, type TikTokHttp } from './tiktok-http.js';

const OK = { data: { user: { open_id: 'o-1' } }, error: { code: 'ok', message: '', log_id: 'L1' } };
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

let server: TestServer | undefined;
let http: TikTokHttp | undefined;
let cleanUp: (() => Promise<void>) | undefined;

afterEach(async () => {
  http?.close();
  await cleanUp?.();
  await server?.close();
  cleanUp = undefined;
});

const read = { operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'api' } as const;
const exchange = { operation: 'token.exchange', method: 'POST', path: '/v2/oauth/token/', shape: 'oauth' } as const;

describe.each(CONTENDERS)('on $name', ({ create }) => {
  async function open(
    answer: Parameters<typeof startServer>[0],
    { basePath = '', ...options }: TikTokHttpOptions & { readonly basePath?: string } = {},
  ): Promise<TikTokHttp> {
    server = await startServer(answer);
    const contender = create();
    cleanUp = contender.close;
    http = createTikTokHttp({ baseUrl: server.url + basePath, ...contender.options, ...options });
    return http;
  }

  const impatient = (timeoutMs = 5_000) =>
    createPolicy({ timeoutMs, retry: createRetry({ attempts: 3, sleep: async () => undefined }) });

  describe('the request', () => {
    it('has the query, the bearer and a user agent, and keeps the trailing slash', async () => {
      const client = await open((_request, response) => json(response, 200, OK));
      const answer = await client.send({ ...read, query: { fields: 'open_id,display_name' }, accessToken: 'act.x!1' });
      expect(answer).toEqual({ data: OK.data, statusCode: 200, logId: 'L1' });
      expect(server?.seen[0]).toMatchObject({
        method: 'GET',
        url: '/v2/user/info/?fields=open_id%2Cdisplay_name',
        headers: { authorization: 'Bearer act.x!1', 'user-agent': `tt-http/${version}`, accept: 'application/json' },
      });
    });

    it('a form survives the round trip, stars and exclamation marks included', async () => {
      const client = await open((_request, response) => json(response, 200, { access_token: 'a' }));
      const form = { client_key: 'aw', code: 'abc*1!4608.va', redirect_uri: 'https://a.b/c?d=é&f' };
      await client.send({ ...exchange, form });
      expect(server?.seen[0]).toMatchObject({ url: '/v2/oauth/token/' });
      expect(server?.seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(Object.fromEntries(new URLSearchParams(server?.seen[0]?.body))).toEqual(form);
    });

    it('sends JSON', async () => {
      const client = await open((_request, response) => json(response, 200, OK));
      await client.send({ ...read, method: 'POST', path: '/v2/video/list/', json: { max_count: 20 } });
      expect(server?.seen[0]).toMatchObject({
        body: '{"max_count":20}',
        headers: { 'content-type': 'application/json; charset=UTF-8' },
      });
    });

    it.each(['/gateway/', '/gateway'])('keeps the path %s of a base URL behind a gateway', async (basePath) => {
      const client = await open((_request, response) => json(response, 200, OK), { basePath });
      await client.send(read);
      expect(server?.seen[0]?.url).toBe('/gateway/v2/user/info/');
    });

    it('follows no redirect, so that credentials go nowhere else', async () => {
      const client = await open((_request, response) => response.writeHead(307, { location: '/v2/elsewhere/' }).end());
      await expect(client.send({ ...read, accessToken: 'act.x' })).rejects.toMatchObject({ statusCode: 307 });
      expect(server?.seen).toHaveLength(1);
    });

    it('tells TikTok the correlation id only where it is asked to', async () => {
      const client = await open((_request, response) => json(response, 200, OK), {
        correlationIdHeader: 'X-Correlation-Id',
      });
      await withCorrelationId('request-7', () => client.send(read));
      expect(server?.seen[0]?.headers['x-correlation-id']).toBe('request-7');
      client.close();
      const silent = createTikTokHttp({ baseUrl: server?.url });
      await withCorrelationId('request-8', () => silent.send(read));
      silent.close();
      expect(JSON.stringify(server?.seen[1])).not.toContain('request-8');
    });
  });

  describe('the answer', () => {
    it('is typed by a schema, ids and unknown fields kept', async () => {
      const body = '{"data":{"user":{"open_id":7080213458555737986,"new":1}},"error":{"code":"ok"}}';
      const client = await open((_request, response) => json(response, 200, body));
      const answer = await client.send({
        ...read,
        schema: schema.object({ user: schema.object({ open_id: schema.text() }) }),
      });
      expectTypeOf(answer.data.user.open_id).toEqualTypeOf<string>();
      expect(answer.data).toEqual({ user: { open_id: '7080213458555737986', new: 1 } });
    });

    it('that lacks what the schema asks for is an error that names it', async () => {
      const body = { data: { user: { open_id: 'o-1', avatar_url: null } }, error: OK.error };
      const client = await open((_request, response) => json(response, 200, body));
      const wanted = schema.object({
        user: schema.object({ union_id: schema.text(), open_id: schema.integer(), avatar_url: schema.text() }),
      });
      await expect(client.send({ ...read, schema: wanted })).rejects.toMatchObject({
        type: 'SERVER_ERROR',
        message: expect.stringContaining(
          '`user.union_id` is missing, `user.open_id` is malformed, `user.avatar_url` is missing',
        ),
        logId: 'L1',
        statusCode: 200,
        operation: 'user.info',
        outcomeUnknown: false,
      });
    });

    it('that does not fit is asked for again where the request may be repeated, and nowhere else', async () => {
      const client = await open((_request, response) => json(response, 200, {}), { policy: impatient() });
      const wanted = schema.object({ access_token: schema.text() });
      await client.send({ ...exchange, form: {}, schema: wanted }).catch(() => undefined);
      expect(server?.seen).toHaveLength(1);
      await client.send({ ...exchange, form: {}, schema: wanted, retryIf: () => true }).catch(() => undefined);
      expect(server?.seen).toHaveLength(4);
    });
  });

  describe('failure', () => {
    it('one correlation id joins the caller, the retries and the error', async () => {
      const lines: string[] = [];
      const destination = { write: (line: string) => lines.push(line) };
      const logger = createLogger({ level: 'DEBUG', output: 'json', destination });
      const client = await open((_request, response) => json(response, 503, ''), { policy: impatient(), logger });
      const call = withCorrelationId('request-7', () => client.send(read));
      await expect(call).rejects.toMatchObject({
        type: 'SERVER_ERROR',
        correlationId: 'request-7',
        operation: 'user.info',
      });
      expect(server?.seen).toHaveLength(3);
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { correlationId: 'request-7', attempt: 1, operation: 'user.info', type: 'SERVER_ERROR' },
        { correlationId: 'request-7', attempt: 2, operation: 'user.info', type: 'SERVER_ERROR' },
      ]);
    });

    it('a call outside of any context has one id of its own for all its attempts', async () => {
      const lines: string[] = [];
      const destination = { write: (line: string) => lines.push(line) };
      const logger = createLogger({ level: 'DEBUG', output: 'json', destination });
      const client = await open((_request, response) => json(response, 503, ''), { policy: impatient(), logger });
      expect(currentCorrelationId()).toBeUndefined();
      const error = await client.send(read).catch((caught: unknown) => caught);
      const ids = lines.map((line): unknown => JSON.parse(line).correlationId);
      expect(TikTokError.isInstance(error) && [...ids, error.correlationId]).toEqual([ids[0], ids[0], ids[0]]);
    });

    it('repeats a GET by itself, and a POST only where it is told to', async () => {
      const client = await open((_request, _response, socket) => socket.destroy(), { policy: impatient() });
      await client.send(read).catch(() => undefined);
      expect(server?.seen).toHaveLength(3);
      await client.send({ ...exchange, form: {} }).catch(() => undefined);
      expect(server?.seen).toHaveLength(4);
      await client.send({ ...exchange, form: {}, retryIf: () => true }).catch(() => undefined);
      expect(server?.seen).toHaveLength(7);
    });

    it('an answer that ends the protocol is a network error, not a hang', async () => {
      const client = await open((_request, _response, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
      });
      await expect(client.send(read)).rejects.toMatchObject({ type: 'NETWORK_ERROR', outcomeUnknown: true });
    });

    it.each(['1\r\n\r\n', '100\r\n\r\n{', '2000\r\n\r\n'])(
      'a status that is none is no reason to break, before a body of the length %j',
      async (rest) => {
        const client = await open(
          (_request, _response, socket) => {
            const body = rest.startsWith('2000') ? 'x'.repeat(2000) : 'x';
            socket.end(`HTTP/1.1 099 OK\r\nContent-Length: ${rest}${body}`);
          },
          { maxResponseBytes: 1_000 },
        );
        const error = await client.send(read).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(TikTokError);
        expect(error).not.toHaveProperty('statusCode');
      },
    );

    it('the caller’s abort comes back as its own reason, before and during the request', async () => {
      const controller = new AbortController();
      const reason = new Error('called off');
      const client = await open(() => controller.abort(reason), { policy: impatient() });
      await expect(client.send({ ...read, signal: controller.signal })).rejects.toBe(reason);
      await expect(client.send({ ...read, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(server?.seen).toHaveLength(1);
    });

    it('closing ends a request that is running, and does not send it again', async () => {
      const client: TikTokHttp = await open(() => setTimeout(() => client.close(), 20), { policy: impatient(30_000) });
      await expect(client.send(read)).rejects.toMatchObject({ type: 'NETWORK_ERROR', outcomeUnknown: true });
      expect(server?.seen).toHaveLength(1);
      await expect.poll(() => server?.ended()).toBeGreaterThan(0);
    });

    it('closing between two attempts is the end of the call', async () => {
      const retry = createRetry({ sleep: async () => http?.close() });
      const client = await open((_request, response) => json(response, 503, ''), { policy: createPolicy({ retry }) });
      await expect(client.send(read)).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
      expect(server?.seen).toHaveLength(1);
    });

    it.each(['timeout', 'deadline', 'abort'])('what nobody waits for any more is ended: a %s', async (how) => {
      const controller = new AbortController();
      const policy = createPolicy(how === 'timeout' ? { timeoutMs: 40 } : how === 'deadline' ? { deadlineMs: 40 } : {});
      const client = await open(() => how === 'abort' && controller.abort(), { policy });
      await expect(client.send({ ...read, signal: controller.signal })).rejects.toThrow();
      await expect.poll(() => server?.ended()).toBeGreaterThan(0);
    });

    it('an attempt that timed out is ended before the wait for the next', async () => {
      let endedInTime: number | undefined;
      const retry = createRetry({
        attempts: 2,
        sleep: async () => {
          await expect.poll(() => server?.ended()).toBeGreaterThan(0);
          endedInTime = server?.ended();
        },
      });
      const client = await open(() => undefined, { policy: createPolicy({ timeoutMs: 40, retry }) });
      await expect(client.send(read)).rejects.toMatchObject({ type: 'TIMEOUT_ERROR' });
      expect(endedInTime).toBeGreaterThan(0);
    });

    it('honours Retry-After, in seconds and as a date by TikTok’s clock, and gives up on a long one', async () => {
      const waits: number[] = [];
      const answers = [
        { 'retry-after': '7' },
        { 'retry-after': 'Sun, 22 Nov 2026 10:00:20 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' },
        { 'retry-after': '3600' },
      ];
      const retry = createRetry({
        random: () => 0,
        attempts: 5,
        sleep: async (ms) => {
          waits.push(ms);
        },
      });
      const client = await open(
        (_request, response) => {
          const headers = answers[server === undefined ? 0 : server.seen.length - 1] ?? {};
          response.sendDate = false;
          json(response, 429, { error: { code: 'rate_limit_exceeded' } }, headers);
        },
        // A clock that is a day behind.
        { policy: createPolicy({ retry }), now: () => Date.parse('2026-11-21T10:00:00Z') },
      );
      await expect(client.send(read)).rejects.toMatchObject({ type: 'RATE_LIMIT_ERROR', retryAfterMs: 3_600_000 });
      expect(waits).toEqual([7_000, 20_000]);
    });
  });
});

describe('a request that is refused before anything is sent', () => {
  async function refused(over: object): Promise<unknown> {
    server = await startServer((_request, response) => json(response, 200, OK));
    http = createTikTokHttp({ baseUrl: server.url });
    const error = await http.send({ ...read, ...over }).catch((caught: unknown) => caught);
    expect(server.seen).toHaveLength(0);
    return error;
  }

  it.each(['', 'two words', 'line\nbreak', 'ünicode'])('for the access token %j', async (accessToken) => {
    expect(await refused({ accessToken })).toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'malformed_access_token',
      operation: 'user.info',
    });
  });

  it.each([
    '/v2/user/info',
    'v2/',
    '',
    '/',
    '//evil.example/',
    '/\\evil.example/',
    '/v2/../',
    '/v2/?x=/',
    '/v2/#/',
    '/v2/%2e%2e/',
    '/v2/a b/',
    '/v2/a\r\nx:y/',
  ])('for the path %j, which could take credentials elsewhere', async (path) => {
    expect(await refused({ path, accessToken: 'act.x' })).toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'malformed_path',
    });
  });

  it('for a body in a GET, two bodies, and JSON that is none', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(await refused({ form: {} })).toMatchObject({ code: 'body_in_get' });
    expect(await refused({ method: 'POST', form: {}, json: {} })).toMatchObject({ code: 'two_bodies' });
    for (const value of [circle, 1n, () => 1]) {
      expect(await refused({ method: 'POST', json: value })).toMatchObject({ code: 'malformed_json' });
    }
  });

  it('after the client was closed', async () => {
    server = await startServer((_request, response) => json(response, 200, OK));
    {
      using closing = createTikTokHttp({ baseUrl: server.url });
      await closing.send(read);
      http = closing;
    }
    await expect(http.send(read)).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
    await expect.poll(() => server?.open()).toBe(0);
  });
});

describe('beforeSend', () => {
  it('is awaited before each send, with the signal that ends the call', async () => {
    const order: string[] = [];
    server = await startServer((_request, response) => {
      order.push('sent');
      json(response, order.length < 4 ? 503 : 200, order.length < 4 ? '' : OK);
    });
    const policy = createPolicy({ deadlineMs: 10_000, retry: createRetry({ sleep: async () => undefined }) });
    http = createTikTokHttp({ baseUrl: server.url, policy });
    await http.send({
      ...read,
      beforeSend: async (signal) => {
        order.push(signal.aborted ? 'aborted' : 'before');
      },
    });
    expect(order).toEqual(['before', 'sent', 'before', 'sent']);
  });

  it('ends the call where it rejects: nothing is sent, retried or counted', async () => {
    server = await startServer((_request, response) => json(response, 200, OK));
    const breaker = createCircuitBreaker();
    const policy = createPolicy({ breaker, retry: createRetry({ sleep: async () => undefined }) });
    http = createTikTokHttp({ baseUrl: server.url, policy });
    const gone = new TikTokError('The lease is gone', { type: 'SERVER_ERROR' });
    let asked = 0;
    const call = http.send({
      ...read,
      beforeSend: async () => {
        asked += 1;
        throw gone;
      },
    });
    await expect(call).rejects.toBe(gone);
    expect(asked).toBe(1);
    expect(server.seen).toHaveLength(0);
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0 });
    breaker.close();
  });
});

it('falls under the rate limit of its path, by its own key', async () => {
  server = await startServer((_request, response) => json(response, 200, OK));
  const rateLimiter = createRateLimiter({
    limits: { '/v2/user/info/': { limit: 1, windowMs: 60_000 } },
    whenExceeded: 'refuse',
  });
  http = createTikTokHttp({ baseUrl: server.url, policy: createPolicy({ rateLimiter }) });
  await http.send({ ...read, rateLimitKey: 'a' });
  await http.send({ ...read, rateLimitKey: 'b' });
  await http.send({ ...read, path: '/v2/video/list/', rateLimitKey: 'a' });
  await expect(http.send({ ...read, rateLimitKey: 'a' })).rejects.toMatchObject({ type: 'RATE_LIMIT_ERROR' });
  expect(server.seen).toHaveLength(3);
  rateLimiter.close();
});

it('takes a schema of another library, asynchronous ones too, and quotes nothing that it says', async () => {
  server = await startServer((_request, response) => json(response, 200, { access_token: 'act.c4n4ry-c4n4ry' }));
  http = createTikTokHttp({ baseUrl: server.url });
  const foreign = (issue: object | undefined): StandardSchema<{ readonly token: string }> => ({
    '~standard': {
      version: 1,
      vendor: 'elsewhere',
      validate: async (value) =>
        issue === undefined
          ? { value: { token: String(Reflect.get(Object(value), 'access_token')) } }
          : { issues: [{ message: `was ${JSON.stringify(value)}`, ...issue }] },
    },
  });
  const { data } = await http.send({ ...exchange, schema: foreign(undefined) });
  expect(data.token).toBe('act.c4n4ry-c4n4ry');
  const error = await http
    .send({ ...exchange, schema: foreign({ path: [{ key: 'access_token' }] }) })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ message: expect.stringContaining('`access_token` is malformed') });
  expect(JSON.stringify(error)).not.toContain('c4n4ry');
  await expect(http.send({ ...exchange, schema: foreign({}) })).rejects.toThrow('its data is malformed');
});

it('hides what was sent, however TikTok spells it', async () => {
  const secret = 'verYs3cret +/value';
  const code = 'verYs3cretCode';
  server = await startServer((request, response) =>
    json(response, 400, {
      error: 'invalid_request',
      error_description: `${secret}, ${code}, ${encodeURIComponent(secret)} in ${request.body}`,
    }),
  );
  http = createTikTokHttp({ baseUrl: server.url });
  const form = { client_key: 'aw', code, code_verifier: secret };
  const error = await http.send({ ...exchange, form, retryIf: ifUnsent }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ type: 'INVALID_PARAM' });
  expect(JSON.stringify(error)).not.toContain('verYs3cret');
});

describe('the options', () => {
  it.each([
    [{ baseUrl: 'http://open.tiktokapis.com' }, 'baseUrl is'],
    [{ maxResponseBytes: 0 }, 'maxResponseBytes is 0'],
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs is 0'],
    [{ connectTimeoutMs: 2 ** 31 }, 'connectTimeoutMs is 2147483648'],
    [{ correlationIdHeader: 'authorization' }, 'correlationIdHeader is authorization'],
    [{ correlationIdHeader: 'x y' }, 'correlationIdHeader is x y'],
    [{ correlationIdHeader: '' }, 'correlationIdHeader is '],
    [{ fetch, dispatcher: { dispatch: () => true } }, 'fetch and dispatcher'],
    [{ fetch: 'no' as unknown as typeof fetch }, 'fetch is string'],
    [{ dispatcher: {} as unknown as { dispatch: never } }, 'dispatcher is object'],
  ])('%j is refused by name', (options, message) => {
    expect(() => createTikTokHttp(options)).toThrow(TypeError);
    expect(() => createTikTokHttp(options)).toThrow(message);
  });
});
