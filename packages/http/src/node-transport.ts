import { Buffer } from 'node:buffer';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { createBoundedBody } from './bounded-body.js';
import { headerIn } from './header-list.js';
import {
  CANCELLED,
  type Sending,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';

/** How long an idle connection is kept; below the usual idle limits of servers, to reuse few that are closing. */
const IDLE_MS = 4_000;

export interface NodeTransportOptions {
  readonly baseUrl: URL;
  /** How long a connection may take to be made, TLS included, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/**
 * The default transport: `node:https`, and `node:http` for loopback, on a keep-alive agent of its own (D16). Sockets are
 * opened at the first request, and an idle one keeps no process alive.
 */
export function createNodeTransport({ baseUrl, connectTimeoutMs }: NodeTransportOptions): Transport {
  const secure = baseUrl.protocol === 'https:';
  // Loaded here and not with this module: it is a sixth of the time that importing `@tt/oauth` takes.
  const { Agent, request: open } = secure
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  // Node tells connections apart by some twenty options, which it joins anew for each request; ours differ in none.
  agent.getName = () => baseUrl.host;
  // A URL has an IPv6 address in brackets; a socket takes it without.
  const hostname = baseUrl.hostname.replace(/^\[|\]$/g, '');
  const port = baseUrl.port === '' ? undefined : Number(baseUrl.port);
  const connecting = { readyEvent: secure ? 'secureConnect' : 'connect', connectTimeoutMs };
  return {
    send(request) {
      const { method, target, body, maxResponseBytes } = request;
      const headers = headerList(baseUrl.host, request);
      const opened = open({ agent, hostname, port, method, path: target, headers });
      return exchange(opened, { body, maxResponseBytes, connecting });
    },
    close: () => agent.destroy(),
  };
}

/** As a list Node writes them out as they are, which takes a tenth off the whole request. */
function headerList(host: string, { method, headers, body }: TransportRequest): readonly string[] {
  if (method === 'GET' && body === undefined) return ['host', host, ...headers];
  return ['host', host, ...headers, 'content-length', String(Buffer.byteLength(body ?? ''))];
}

interface ExchangeOptions extends Pick<TransportRequest, 'body' | 'maxResponseBytes'> {
  readonly connecting: Connecting;
}

interface Connecting {
  /** The socket's event after which the request can go out. */
  readonly readyEvent: string;
  readonly connectTimeoutMs: number;
}

function exchange(request: ClientRequest, { maxResponseBytes, body, connecting }: ExchangeOptions): Sending {
  // Whether a byte of the request can have left: known only here, and what decides about a retry (D7).
  let sent = false;
  let ended = false;
  let cancel = (): void => undefined;
  const response = new Promise<TransportResponse>((resolve, reject) => {
    let statusCode: number | undefined;
    const failed = (cause: unknown): void => {
      // An error has its price, and after the end nobody would hear of it.
      if (ended) return;
      ended = true;
      reject(new TransportFailure(cause, { sent, statusCode }));
    };
    cancel = () => {
      if (ended) return;
      failed(CANCELLED);
      request.destroy();
    };
    request.once('socket', (socket) => {
      // One that is kept may still be connecting, where the request that it was made for was cancelled.
      if (request.reusedSocket && !socket.connecting) {
        sent = true;
      } else {
        whenReady(socket, connecting, () => {
          sent = true;
        });
      }
    });
    request.once('response', (answer) => {
      const status = answer.statusCode ?? 0;
      statusCode = status;
      const received = createBoundedBody(status, maxResponseBytes);
      answer.on('data', (chunk: Uint8Array) => {
        try {
          received.add(chunk);
        } catch (error) {
          ended = true;
          reject(error);
          request.destroy();
        }
      });
      answer.once('error', failed);
      answer.once('end', () => {
        ended = true;
        resolve({ statusCode: status, body: received.whole(), header: (name) => headerIn(answer.rawHeaders, name) });
      });
    });
    // Listens to the end: after the first one a socket can still report errors.
    request.on('error', failed);
    // Node ends some exchanges without a word: an answer of 101, say.
    request.once('close', () => {
      if (statusCode === undefined) failed('the connection was closed');
    });
  });
  request.end(body);
  return { response, cancel: () => cancel() };
}

/** A connection that cannot be made fails early, and with the certainty that nothing was sent. */
function whenReady(socket: Socket, { readyEvent, connectTimeoutMs }: Connecting, onReady: () => void): void {
  const timer = setTimeout(() => {
    const message = `no connection within ${connectTimeoutMs} ms`;
    socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'connect' }));
  }, connectTimeoutMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once(readyEvent, () => {
    clearTimeout(timer);
    onReady();
  });
}
