import { setTimeout as delay } from 'node:timers/promises';
import { networkError } from '@tt/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { createFetchTransport } from './fetch-transport.js';
import { createNodeTransport } from './node-transport.js';
import { json, startServer, type TestServer } from './testing/server.js';
import { AnswerTooLarge, type Transport, TransportFailure, type TransportRequest } from './transport.js';

let server: TestServer | undefined;
let transport: Transport | undefined;

afterEach(async () => {
  transport?.close();
  await server?.close();
});

const contenders = [
  { name: 'node', create: createNodeTransport },
  { name: 'fetch', create: () => createFetchTransport(fetch) },
];

describe.each(contenders)('the $name transport', ({ name, create }) => {
  async function open(
    answer: Parameters<typeof startServer>[0],
  ): Promise<(over?: Partial<TransportRequest>) => ReturnType<Transport['send']>> {
    const started = await startServer(answer);
    const created = create();
    server = started;
    transport = created;
    return (over = {}) =>
      created.send({
        method: 'GET',
        url: new URL(`${started.url}/v2/x/`),
        headers: {},
        maxResponseBytes: 1_000,
        ...over,
      });
  }

  it('sends method, path, headers and body, and reads status, headers and body', async () => {
    const send = await open((_request, response) => json(response, 201, { a: 1 }, { 'x-tt-logid': 'L1' }));
    const body = 'a=1&b=%21*';
    const answer = await send({ method: 'POST', headers: { 'content-type': 'x/y', 'user-agent': 'me' }, body });
    expect(answer.statusCode).toBe(201);
    expect(answer.header('x-tt-logid')).toBe('L1');
    expect(answer.header('absent')).toBeUndefined();
    expect(Buffer.from(answer.body).toString()).toBe('{"a":1}');
    expect(server?.seen).toMatchObject([
      {
        method: 'POST',
        url: '/v2/x/',
        body,
        headers: { 'content-type': 'x/y', 'user-agent': 'me', 'content-length': '10' },
      },
    ]);
  });

  it('keeps its connection', async () => {
    const send = await open((_request, response) => json(response, 200, {}));
    for (let i = 0; i < 5; i++) await send();
    expect(server?.connections()).toBeLessThan(name === 'node' ? 2 : 5);
  });

  it('does not follow a redirect', async () => {
    const send = await open((_request, response) => {
      response.writeHead(302, { location: '/elsewhere/' });
      response.end();
    });
    expect((await send({ headers: { authorization: 'Bearer x' } })).statusCode).toBe(302);
    expect(server?.seen).toHaveLength(1);
  });

  it('refuses an answer that is too long, without reading it all', async () => {
    const send = await open((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(400)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await expect(send()).rejects.toThrow(AnswerTooLarge);
    // What fetch does with the connection is its own affair.
    if (name === 'node') await expect.poll(() => server?.open()).toBe(0);
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const send = await open(() => undefined);
    const url = new URL(server?.url ?? '');
    await server?.close();
    const error = await send({ url }).catch((caught: unknown) => caught);
    // fetch leaves it to the system's code, which says the same.
    if (name === 'node') expect(error).toMatchObject({ name: 'TransportFailure', sent: false });
    else expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('does not claim that nothing was sent when the connection is cut after the request', async () => {
    const send = await open((_request, _response, socket) => socket.destroy());
    const error = await send({ method: 'POST', body: 'a=1' }).catch((caught: unknown) => caught);
    // With fetch it is the code that tells; what it means is `networkError`'s to know.
    expect(error instanceof TransportFailure ? error.sent : networkError(error).outcomeUnknown).toBe(true);
  });

  it('takes a reset on a reused connection for an unknown fate', async () => {
    let calls = 0;
    const send = await open((_request, response, socket) => {
      calls += 1;
      if (calls === 1) json(response, 200, {});
      else socket.destroy();
    });
    await send();
    const error = await send({ method: 'POST', body: 'a=1' }).catch((caught: unknown) => caught);
    // With fetch it is the code that tells; what it means is `networkError`'s to know.
    expect(error instanceof TransportFailure ? error.sent : networkError(error).outcomeUnknown).toBe(true);
  });

  it('says so when the answer ends half-way', async () => {
    const send = await open((_request, response, socket) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
      setTimeout(() => socket.destroy(), 20);
    });
    await expect(send()).rejects.toMatchObject({ name: 'TransportFailure', sent: true, statusCode: 200 });
  });

  it.each(['before', 'during'])('rejects with the signal’s own reason when aborted %s', async (when) => {
    const send = await open(() => undefined);
    const controller = new AbortController();
    const reason = new Error('called off');
    if (when === 'before') controller.abort(reason);
    else void delay(20).then(() => controller.abort(reason));
    await expect(send({ signal: controller.signal })).rejects.toBe(reason);
    // The request is ended, not left behind; with fetch that is its own affair.
    if (name === 'node') await expect.poll(() => server?.open()).toBe(0);
  });
});

it('closing the node transport ends the connections it kept', async () => {
  server = await startServer((_request, response) => json(response, 200, {}));
  transport = createNodeTransport();
  await transport.send({ method: 'GET', url: new URL(server.url), headers: {}, maxResponseBytes: 99 });
  expect(server.open()).toBe(1);
  transport.close();
  await expect.poll(() => server?.open()).toBe(0);
});

it('the node transport lets go of the signal when it is done', async () => {
  server = await startServer((_request, response) => json(response, 200, {}));
  transport = createNodeTransport();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  await transport.send({ method: 'GET', url: new URL(server.url), headers: {}, maxResponseBytes: 99, signal });
  expect(listeners).toBe(0);
});
