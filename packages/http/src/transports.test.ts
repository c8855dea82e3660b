import { setTimeout as delay } from 'node:timers/promises';
import { networkError } from '@tt/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { readHttpOptions } from './http-options.js';
import { createNodeTransport } from './node-transport.js';
import { CONTENDERS, redirectingDispatchers } from './testing/contenders.js';
import { json, startServer, type TestServer } from './testing/server.js';
import {
  AnswerTooLarge,
  type Sending,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';

let server: TestServer | undefined;
let cleanUp: (() => Promise<void>) | undefined;

afterEach(async () => {
  await cleanUp?.();
  await server?.close();
  cleanUp = undefined;
  server = undefined;
});

const request = { method: 'GET', target: '/v2/x/', headers: [], maxResponseBytes: 1_000 } as const;

describe.each(CONTENDERS)('the transport on $name', ({ name, create }) => {
  const onFetch = name === 'fetch';
  let sending: Sending | undefined;

  async function open(
    answer: Parameters<typeof startServer>[0],
  ): Promise<(over?: Partial<TransportRequest>) => Promise<TransportResponse>> {
    const started = await startServer(answer);
    const { options, close } = create();
    const { transport } = readHttpOptions({ baseUrl: started.url, ...options });
    server = started;
    cleanUp = async () => {
      transport.close();
      await close();
    };
    return (over = {}) => {
      sending = transport.send({ ...request, ...over });
      return sending.response;
    };
  }

  /** What the error says of the fate: the transport itself knows, or the code of its cause does. */
  function mayHaveArrived(error: unknown): boolean | undefined {
    if (!(error instanceof TransportFailure)) throw error;
    return error.sent ?? networkError(error.cause).outcomeUnknown;
  }

  it('sends method, path, query, headers and body, and reads status, headers and body', async () => {
    const send = await open((_request, response) => json(response, 201, { a: 1 }, { 'X-Tt-Logid': 'L1' }));
    const body = 'a=1&b=%21*é';
    const headers = { 'content-type': 'x/y', 'user-agent': 'me' };
    const answer = await send({
      method: 'POST',
      target: '/v2/x/?a=b%2Cc',
      headers: Object.entries(headers).flat(),
      body,
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.header('x-tt-logid')).toBe('L1');
    expect(answer.header('absent')).toBeUndefined();
    expect(Buffer.from(answer.body).toString()).toBe('{"a":1}');
    expect(server?.seen).toMatchObject([
      {
        method: 'POST',
        url: '/v2/x/?a=b%2Cc',
        body,
        headers: { ...headers, host: new URL(server?.url ?? '').host, 'content-length': '12' },
      },
    ]);
  });

  it('sends a POST without a body as one of length 0', async () => {
    const send = await open((_request, response) => json(response, 200, {}));
    await send({ method: 'POST' });
    expect(server?.seen[0]?.headers).toMatchObject({ 'content-length': '0' });
  });

  it('gives the first of a header that is there twice, or both', async () => {
    const send = await open((_request, response) => json(response, 200, {}, { 'x-tt-logid': ['L1', 'L2'] }));
    expect((await send()).header('x-tt-logid')).toMatch(/^L1/);
  });

  it('keeps its connection', async () => {
    const send = await open((_request, response) => json(response, 200, {}));
    for (let i = 0; i < 5; i++) await send();
    // fetch frees a connection a moment after the answer has been read.
    expect(server?.connections()).toBeLessThanOrEqual(onFetch ? 2 : 1);
  });

  it('does not follow a redirect', async () => {
    const send = await open((_request, response) => {
      response.writeHead(302, { location: '/elsewhere/' });
      response.end();
    });
    expect((await send({ headers: ['authorization', 'Bearer x'] })).statusCode).toBe(302);
    expect(server?.seen).toHaveLength(1);
  });

  it('waits for the answer that follows an early one', async () => {
    const send = await open((_request, _response, socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nx-tt-logid: early\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\nx-tt-logid: L\r\nContent-Length: 2\r\n\r\n{}');
    });
    const answer = await send();
    expect([answer.statusCode, answer.header('x-tt-logid'), answer.body.byteLength]).toEqual([200, 'L', 2]);
  });

  it('takes an early answer that nothing follows for none', async () => {
    const send = await open((_request, _response, socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'));
    const error = await send().catch((caught: unknown) => caught);
    expect(mayHaveArrived(error)).toBe(true);
    expect(error).toHaveProperty('statusCode', undefined);
  });

  it('refuses an answer that is too long, without reading it all', async () => {
    const send = await open((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(400)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await expect(send()).rejects.toThrow(AnswerTooLarge);
    await expect.poll(() => server?.ended()).toBeGreaterThan(0);
  });

  it('takes an answer of just the length that is allowed', async () => {
    const send = await open((_request, response) => {
      response.write('x'.repeat(600));
      response.end('y'.repeat(400));
    });
    expect((await send()).body.byteLength).toBe(1_000);
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const send = await open(() => undefined);
    await server?.close();
    const error = await send().catch((caught: unknown) => caught);
    expect(mayHaveArrived(error)).toBe(false);
    expect(error).toMatchObject({ cause: expect.anything() });
  });

  it('does not claim that nothing was sent when the connection is cut after the request', async () => {
    const send = await open((_request, _response, socket) => socket.destroy());
    expect(mayHaveArrived(await send({ method: 'POST', body: 'a=1' }).catch((caught: unknown) => caught))).toBe(true);
  });

  it('takes a reset on a reused connection for an unknown fate', async () => {
    let calls = 0;
    const send = await open((_request, response, socket) => {
      calls += 1;
      if (calls === 1) json(response, 200, {});
      else socket.resetAndDestroy();
    });
    await send();
    // fetch frees a connection a moment after the answer has been read.
    await delay(20);
    expect(mayHaveArrived(await send({ method: 'POST', body: 'a=1' }).catch((caught: unknown) => caught))).toBe(true);
    expect(server?.connections()).toBe(1);
  });

  it.each(['with a length', 'in chunks'])('says so when the answer ends half-way, sent %s', async (how) => {
    const send = await open((_request, response, socket) => {
      response.writeHead(200, how === 'in chunks' ? {} : { 'content-length': '100' });
      response.write('{"half":');
      setTimeout(() => socket.destroy(), 20);
    });
    await expect(send()).rejects.toMatchObject({ name: 'TransportFailure', sent: true, statusCode: 200 });
  });

  it.each(['waiting for the answer', 'in the middle of the answer'])('can be cancelled while %s', async (when) => {
    const send = await open((_request, response) => {
      if (when === 'in the middle of the answer') response.write('{');
      setTimeout(() => sending?.cancel(), 20);
    });
    await expect(send()).rejects.toThrow('the request was cancelled');
    // The request is ended, not left behind.
    await expect.poll(() => server?.ended()).toBeGreaterThan(0);
  });

  it('sends nothing that was cancelled before there was a connection', async () => {
    const send = await open((_request, response) => json(response, 200, {}));
    const response = send();
    sending?.cancel();
    await expect(response).rejects.toThrow('the request was cancelled');
    await delay(30);
    expect(server?.seen).toHaveLength(0);
  });

  it('keeps the connection of a request that is cancelled when it is over', async () => {
    const send = await open((_request, response) => json(response, 200, {}));
    await send();
    sending?.cancel();
    await delay(20);
    await send();
    sending?.cancel();
    expect(server?.connections()).toBe(1);
  });
});

it.each(redirectingDispatchers())('does not follow a redirect where $name would', async ({ dispatcher }) => {
  server = await startServer((seen, response) => {
    if (seen.url === '/elsewhere/') json(response, 200, {});
    else response.writeHead(302, { location: '/elsewhere/' }).end();
  });
  const { transport } = readHttpOptions({ baseUrl: server.url, dispatcher });
  cleanUp = () => dispatcher.destroy();
  expect((await transport.send(request).response).statusCode).toBe(302);
  expect(server.seen).toHaveLength(1);
});

describe('the transport on node', () => {
  it('closing it ends the connections it kept', async () => {
    server = await startServer((_request, response) => json(response, 200, {}));
    const transport = createNodeTransport({ baseUrl: new URL(server.url), connectTimeoutMs: 4_000 });
    await transport.send(request).response;
    expect(server.open()).toBe(1);
    transport.close();
    await expect.poll(() => server?.open()).toBe(0);
  });

  it('ends a connection that nobody has used for 4 seconds', async () => {
    server = await startServer((_request, response) => json(response, 200, {}));
    const transport = createNodeTransport({ baseUrl: new URL(server.url), connectTimeoutMs: 4_000 });
    await transport.send(request).response;
    await expect.poll(() => server?.open(), { timeout: 15_000 }).toBe(0);
    transport.close();
  });

  it('leaves no timer behind for a connection that was made, or that was refused', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    server = await startServer((_request, response) => json(response, 200, {}));
    const transport = createNodeTransport({ baseUrl: new URL(server.url), connectTimeoutMs: 600_000 });
    const before = timers();
    await transport.send(request).response;
    transport.close();
    await server.close();
    await transport.send(request).response.catch(() => undefined);
    await delay(20);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
