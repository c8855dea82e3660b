import type { ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { json, startServer } from './server.js';

/** The other side of a request that goes wrong. */
interface FaultyServer {
  readonly url: string;
  close(): Promise<void>;
}

/** One way for a request to go wrong, over a real socket. */
export interface Fault {
  readonly name: string;
  start(): Promise<FaultyServer>;
  /** Nothing ends it but a limit, so the limits are short; otherwise they are too long to matter. */
  readonly endless?: boolean;
  /** A first request succeeds, so that the next one finds a connection that is kept. */
  readonly primed?: boolean;
}

/** Answers with HTTP. */
const http = (name: string, answer: (response: ServerResponse, socket: Socket) => void, more = {}): Fault => ({
  name,
  start: () => startServer((_request, response, socket) => answer(response, socket)),
  ...more,
});

/** Does what it wants with a connection. */
const tcp = (
  name: string,
  accept: (socket: Socket) => void,
  { scheme = 'http', ...more }: { readonly scheme?: 'http' | 'https'; readonly endless?: boolean } = {},
): Fault => ({
  name,
  async start() {
    const sockets = new Set<Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
      accept(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    };
  },
  ...more,
});

const html = (response: ServerResponse, status: number, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html><h1>Bad Gateway</h1></html>');
};

/** Every fault of the table in the README, in its order. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'the name is not found',
    start: async () => ({ url: 'https://tiktok.invalid', close: async () => undefined }),
  },
  {
    name: 'the connection is refused',
    async start() {
      const server = await startServer(() => undefined);
      await server.close();
      return { url: server.url, close: async () => undefined };
    },
  },
  tcp('the connection is accepted, and TLS never begins', () => undefined, { scheme: 'https', endless: true }),
  tcp('the connection is reset while TLS begins', (socket) => socket.once('data', () => socket.resetAndDestroy()), {
    scheme: 'https',
  }),
  http('the connection is reset after the request', (_response, socket) => socket.resetAndDestroy()),
  {
    name: 'the connection, kept from an earlier request, is reset',
    primed: true,
    async start() {
      const server = await startServer((_request, response, socket) => {
        if (server.seen.length === 1) json(response, 200, { data: { user: {} }, error: { code: 'ok' } });
        else socket.resetAndDestroy();
      });
      return server;
    },
  },
  http('the connection is closed after the request', (_response, socket) => socket.end()),
  http('no answer ever', () => undefined, { endless: true }),
  tcp(
    'the head of the answer comes too slowly',
    (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const head = setInterval(() => socket.write('x-y: z\r\n'), 20);
        socket.on('close', () => clearInterval(head));
      });
    },
    { endless: true },
  ),
  http(
    'the body of the answer comes too slowly',
    (response) => {
      response.write('{');
      const body = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(body));
    },
    { endless: true },
  ),
  http('half an answer, then the connection is closed', (response, socket) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data":', () => socket.end());
  }),
  tcp('an answer that is not HTTP', (socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))),
  http('502 with a gateway’s HTML', (response) => html(response, 502)),
  http('503', (response) => response.writeHead(503).end()),
  http('503 with `Retry-After: 7`', (response) => response.writeHead(503, { 'retry-after': '7' }).end()),
  http('503 with `Retry-After: 3600`', (response) => response.writeHead(503, { 'retry-after': '3600' }).end()),
  http('429 with `Retry-After: 7`', (response) =>
    json(response, 429, { error: { code: 'rate_limit_exceeded' } }, { 'retry-after': '7' }),
  ),
  http('429 with a gateway’s HTML', (response) => html(response, 429)),
  http('500 with TikTok’s `internal_error`', (response) => json(response, 500, { error: { code: 'internal_error' } })),
  http('200 with TikTok’s `internal_error`', (response) => json(response, 200, { error: { code: 'internal_error' } })),
  http('200 with TikTok’s `invalid_grant`', (response) => json(response, 200, { error: 'invalid_grant' })),
  http('401 with TikTok’s `access_token_invalid`', (response) =>
    json(response, 401, { error: { code: 'access_token_invalid' } }),
  ),
  http('400 without an error', (response) => json(response, 400, {})),
  http('200 with a gateway’s HTML', (response) => html(response, 200)),
  http('200 with JSON cut short', (response) => json(response, 200, '{"access_token":"act.')),
  http('200 with bytes that are not UTF-8', (response) => response.end(Buffer.from([0x7b, 0xff, 0x7d]))),
  http('200 with nothing in it', (response) => response.writeHead(200).end()),
  http('204', (response) => response.writeHead(204).end()),
  http('200 without what the schema asks for', (response) =>
    json(response, 200, { data: { user: {} }, error: { code: 'ok' } }),
  ),
  http('a redirect', (response) => html(response, 302, { location: '/v2/elsewhere/' })),
  http('an answer over `maxResponseBytes`', (response) => response.end('x'.repeat(20_000))),
];
