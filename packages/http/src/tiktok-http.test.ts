import { createLogger, withCorrelationId } from '@tt/logger';
import { createPolicy, createRetry, ifUnsent } from '@tt/resilience';
import { afterEach, describe, expect, it } from 'vitest';
import { json, startServer, type TestServer } from './testing/server.js';
import { createTikTokHttp, type TikTokHttp, type TikTokHttpOptions } from './tiktok-http.js';

const OK = { data: { user: { open_id: 'o-1' } }, error: { code: 'ok', message: '', log_id: 'L1' } };

let server: TestServer | undefined;
let http: TikTokHttp | undefined;

afterEach(async () => {
  http?.close();
  await server?.close();
});

async function open(answer: Parameters<typeof startServer>[0], options: TikTokHttpOptions = {}): Promise<TikTokHttp> {
  server = await startServer(answer);
  http = createTikTokHttp({ baseUrl: server.url, ...options });
  return http;
}

const read = { operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'api' } as const;
const exchange = { operation: 'token.exchange', method: 'POST', path: '/v2/oauth/token/', shape: 'oauth' } as const;

describe('the request', () => {
  it('has the query, the bearer and a user agent, and keeps the trailing slash', async () => {
    const client = await open((_request, response) => json(response, 200, OK));
    const answer = await client.send({ ...read, query: { fields: 'open_id,display_name' }, accessToken: 'act.x!1' });
    expect(answer).toEqual({ data: OK.data, statusCode: 200, logId: 'L1' });
    expect(server?.seen[0]).toMatchObject({
      method: 'GET',
      url: '/v2/user/info/?fields=open_id%2Cdisplay_name',
      headers: { authorization: 'Bearer act.x!1', 'user-agent': 'tt-http', accept: 'application/json' },
    });
  });

  it('a form survives the round trip, stars and exclamation marks included', async () => {
    const client = await open((_request, response) => json(response, 200, { access_token: 'a' }));
    const form = { client_key: 'aw', code: 'abc*1!4608.va', redirect_uri: 'https://a.b/c?d=é&f' };
    await client.send({ ...exchange, form });
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

  it('keeps the path of a base URL behind a gateway', async () => {
    server = await startServer((_request, response) => json(response, 200, OK));
    http = createTikTokHttp({ baseUrl: `${server.url}/gateway/` });
    await http.send(read);
    expect(server.seen[0]?.url).toBe('/gateway/v2/user/info/');
  });

  it('goes through a fetch of the caller’s own', async () => {
    const urls: string[] = [];
    const client = await open((_request, response) => json(response, 200, OK), {
      fetch: (url, init) => {
        urls.push(url.pathname);
        return fetch(url, init);
      },
    });
    await client.send(read);
    expect(urls).toEqual(['/v2/user/info/']);
  });

  it.each(['', 'two words', 'line\nbreak', 'ünicode'])(
    'refuses the access token %j before anything is sent',
    async (accessToken) => {
      const client = await open((_request, response) => json(response, 200, OK));
      await expect(client.send({ ...read, accessToken })).rejects.toMatchObject({
        type: 'VALIDATION_ERROR',
        code: 'malformed_access_token',
        operation: 'user.info',
      });
      expect(server?.seen).toHaveLength(0);
    },
  );

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
  ])('refuses the path %j, which could take credentials elsewhere', async (path) => {
    const client = await open((_request, response) => json(response, 200, OK));
    await expect(client.send({ ...read, path, accessToken: 'act.x' })).rejects.toMatchObject({
      type: 'VALIDATION_ERROR',
    });
    expect(server?.seen).toHaveLength(0);
  });
});

describe('failure', () => {
  const impatient = () => createPolicy({ timeoutMs: 60, retry: createRetry({ baseDelayMs: 1, attempts: 3 }) });

  it('one correlation id joins the caller, the retries and the error', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'DEBUG', output: 'json', destination: { write: (line) => lines.push(line) } });
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

  it('a server that never answers is a timeout, and a single-use request is not sent again', async () => {
    const client = await open(() => undefined, { policy: impatient() });
    await expect(client.send({ ...exchange, form: {}, retryIf: ifUnsent })).rejects.toMatchObject({
      type: 'TIMEOUT_ERROR',
      operation: 'token.exchange',
      outcomeUnknown: true,
    });
    expect(server?.seen).toHaveLength(1);
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

  it('an answer that Node ends without a word is a network error, not a hang', async () => {
    const client = await open((_request, _response, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    });
    await expect(client.send(read)).rejects.toMatchObject({ type: 'NETWORK_ERROR', outcomeUnknown: true });
  });

  it('a connection cut after the request is a network error of unknown outcome', async () => {
    const client = await open((_request, _response, socket) => socket.destroy(), { policy: impatient() });
    await expect(client.send({ ...exchange, form: {}, retryIf: ifUnsent })).rejects.toMatchObject({
      type: 'NETWORK_ERROR',
      code: 'ECONNRESET',
      outcomeUnknown: true,
    });
    expect(server?.seen).toHaveLength(1);
  });

  it('nobody listening is a network error, and nothing was sent', async () => {
    const client = await open(() => undefined);
    await server?.close();
    await expect(client.send(read)).rejects.toMatchObject({
      type: 'NETWORK_ERROR',
      code: 'ECONNREFUSED',
      outcomeUnknown: false,
    });
  });

  it('an answer over the limit is refused', async () => {
    const client = await open((_request, response) => json(response, 200, { x: 'y'.repeat(500) }), {
      maxResponseBytes: 100,
    });
    await expect(client.send(read)).rejects.toMatchObject({ type: 'SERVER_ERROR', statusCode: 200 });
  });

  it('the caller’s abort comes back as its own reason', async () => {
    const client = await open(() => undefined, { policy: impatient() });
    const reason = new Error('called off');
    await expect(client.send({ ...read, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('refuses a base URL that would send credentials in the clear', () => {
    expect(() => createTikTokHttp({ baseUrl: 'http://open.tiktokapis.com' })).toThrow(TypeError);
    expect(() => createTikTokHttp({ maxResponseBytes: 0 })).toThrow('maxResponseBytes is 0');
  });
});
