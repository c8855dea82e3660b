import net, { type AddressInfo, type Socket } from 'node:net';
import { TikTokError } from '@tt/errors';
import { createPolicy } from '@tt/resilience';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENDERS } from './testing/contenders.js';
import { createTikTokHttp } from './tiktok-http.js';

/** `npm run test:long` sends more. */
const RUNS = process.env.TT_LONG === '1' ? 3_000 : 60;

/** What is written back to a request, before the connection ends. */
let answer: Uint8Array = new Uint8Array(0);
const sockets = new Set<Socket>();
const server = net.createServer((socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  socket.once('data', () => socket.end(answer));
});
let baseUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const body = '{"data":{"user":{"open_id":7080213458555737986}},"error":{"code":"ok","log_id":"L"}}';
const whole = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Tt-Logid: L\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const piece = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\r\n\r\n',
    '\0',
    ':',
    ' ',
    'HTTP/1.1 ',
    'HTTP/9.9',
    ' 099 ',
    ' 999 ',
    ' 100 ',
    ' 101 ',
    '-1',
  ),
  fc.constantFrom(
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Encoding: gzip\r\n',
    'ffffffffff',
  ),
  fc.constantFrom('Location: http://127.0.0.1:1/\r\n', `Retry-After: ${'9'.repeat(400)}\r\n`, 'Set-Cookie: a=b\r\n'),
  fc.string({ maxLength: 8 }),
);

/** Answers of HTTP with pieces cut out or put in, and bytes of any kind. */
const answers = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(whole, chunked),
        fc.array(fc.tuple(fc.nat(140), fc.nat(6), piece), { minLength: 1, maxLength: 4 }),
      )
      .map(([valid, edits]) =>
        Buffer.from(
          edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), valid),
          'latin1',
        ),
      ),
  },
);

describe.each(CONTENDERS)('over a socket to $name', ({ create }) => {
  it('whatever bytes come back, the result is a value or a TikTokError', async () => {
    const { options, close } = create();
    const http = createTikTokHttp({ baseUrl, policy: createPolicy({ timeoutMs: 2_000 }), ...options });
    const property = fc.asyncProperty(answers, async (bytes) => {
      answer = bytes;
      const result: unknown = await http
        .send({ operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'api' })
        .catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(TikTokError);
      else expect(result).toMatchObject({ data: expect.any(Object), statusCode: expect.any(Number) });
    });
    await fc.assert(property, { numRuns: RUNS });
    http.close();
    await close();
  }, 300_000);
});
