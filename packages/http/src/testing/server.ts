import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a test's server saw of one request. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** How many connections were opened so far. */
  readonly connections: () => number;
  /** How many connections are open now. */
  readonly open: () => number;
  /** How many connections have ended so far. */
  readonly ended: () => number;
  close(): Promise<void>;
}

/** A real server on a free loopback port whose every answer is the test's. */
export async function startServer(
  answer: (request: SeenRequest, response: http.ServerResponse, socket: Socket) => void,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  // Longer than any client keeps a connection, so that it is the client who ends it.
  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { method: request.method, url: request.url, headers: request.headers, body };
    seen.push(one);
    answer(one, response, request.socket);
  });
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    open: () => sockets.size,
    ended: () => connections - sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(response: http.ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}
