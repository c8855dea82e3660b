import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { IncomingBody, IncomingRequest } from './operation.js';

/** Largest body that is read, in bytes. TikTok's forms stay far below it. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** A body that goes on past this is not even read to its end. */
const DRAIN_LIMIT_BYTES = 16 * 1024 * 1024;
/** Longer than the idle time of usual clients, so that it is they who close a connection, never we under their request. */
const KEEP_ALIVE_MS = 60_000;

/** Answers one request. */
export type Handle = (request: IncomingRequest, response: ServerResponse) => Promise<void>;

export interface HttpServer {
  /** Origin, without a trailing slash. */
  readonly url: string;
  /** To be called in the same turn in which `listen` resolved, before a request can arrive. */
  answerWith(handle: Handle): void;
  /** Ends every connection, idle or not, and resolves when the port is free. May be called again. */
  close(): Promise<void>;
}

/** Listens at once, so that the url is known to what will answer; {@link HttpServer.answerWith} then says what does. */
export async function listen(options: { host: string; port: number }): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, options)));
    server.listen(options.port, options.host, () => {
      const address = server.address();
      // An address is text only for pipes, and null only for a closed server.
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      resolve(`http://${reachableHost(options.host)}:${port}`);
    });
  });
  let closed: Promise<void> | undefined;
  return {
    url,
    answerWith(handle) {
      server.on('request', (request, response) => {
        // A client that went away in the middle leaves nobody to tell.
        serve(request, { response, handle }).catch(() => response.destroy());
      });
    },
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function serve(request: IncomingMessage, context: { response: ServerResponse; handle: Handle }): Promise<void> {
  const { response, handle } = context;
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const body = await readBody(request);
  await handle({ method: request.method ?? '', target: request.url ?? '', headers, body }, response);
}

async function readBody(request: IncomingMessage): Promise<IncomingBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    // Read on and drop: a client that is still sending would take a closed socket for a network failure.
    if (length <= BODY_LIMIT_BYTES) chunks.push(chunk);
    if (length > DRAIN_LIMIT_BYTES) throw new Error('The request body does not end.');
  }
  if (length > BODY_LIMIT_BYTES) return { kind: 'too_large' };
  return { kind: 'complete', text: Buffer.concat(chunks).toString('utf8') };
}

/** `0.0.0.0` and `::` are for listening; a client needs an address to go to. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

function explainListenError(error: NodeJS.ErrnoException, where: { host: string; port: number }): Error {
  const { host, port } = where;
  if (error.code === 'EADDRINUSE') {
    return new Error(`createEmulator: port ${port} on ${host} is in use; pass another, or 0 for a free one.`, {
      cause: error,
    });
  }
  return new Error(`createEmulator: cannot listen on ${host} port ${port} (${error.code ?? error.message}).`, {
    cause: error,
  });
}
