import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import {
  AnswerTooLarge,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';

/** How long an idle connection is kept; below the usual idle limits of servers, to reuse few that are closing. */
const IDLE_MS = 4_000;

/**
 * The default transport: `node:https`, and `node:http` for loopback, on keep-alive agents of its own (D16). Sockets are
 * opened at the first request, and an idle one keeps no process alive.
 */
export function createNodeTransport(): Transport {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
    'https:': new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
  };
  return {
    send(request) {
      return request.url.protocol === 'https:'
        ? exchange(request, (options) => https.request(request.url, { ...options, agent: agents['https:'] }))
        : exchange(request, (options) => http.request(request.url, { ...options, agent: agents['http:'] }));
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function exchange(
  { method, headers, body, signal, maxResponseBytes }: TransportRequest,
  open: (options: http.RequestOptions) => http.ClientRequest,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const payload = body === undefined ? undefined : Buffer.from(body);
    const request = open({
      method,
      headers: payload === undefined ? headers : { ...headers, 'content-length': String(payload.byteLength) },
    });

    // Whether a byte of the request can have left: known only here, and what decides about a retry (D7).
    let sent = false;
    let answered = false;
    request.once('socket', (socket) => {
      if (request.reusedSocket) {
        sent = true;
      } else {
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
          sent = true;
        });
      }
    });

    const abort = (): void => {
      fail(signal?.reason);
      request.destroy();
    };
    const release = (): void => signal?.removeEventListener('abort', abort);
    const fail = (reason: unknown): void => {
      release();
      reject(reason);
    };
    signal?.addEventListener('abort', abort, { once: true });

    request.once('error', (error) => fail(new TransportFailure(error, { sent })));
    request.once('response', (response) => {
      answered = true;
      const statusCode = response.statusCode ?? 0;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > maxResponseBytes) {
          fail(new AnswerTooLarge(statusCode, maxResponseBytes));
          request.destroy();
        } else {
          chunks.push(chunk);
        }
      });
      response.once('error', (error) => fail(new TransportFailure(error, { sent, statusCode })));
      response.once('end', () => {
        release();
        resolve({ statusCode, body: Buffer.concat(chunks), header: (name) => headerOf(response, name) });
      });
    });
    // Node ends some exchanges without a word: an answer of 101, say.
    request.once('close', () => {
      if (!answered) fail(new TransportFailure('the connection was closed', { sent }));
    });
    // After the first one a socket can still report errors; nobody is left to hear them.
    request.on('error', () => undefined);
    request.end(payload);
  });
}

function headerOf(response: http.IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
