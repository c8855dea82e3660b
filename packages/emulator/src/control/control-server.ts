import { randomBytes } from 'node:crypto';
import { naming, readRecord } from '../check.js';
import { listen } from '../http-server.js';
import { readJsonBody } from '../json-body.js';
import type { IncomingRequest } from '../operation.js';
import { sameSecret } from '../same-secret.js';
import type { CommandContext, CommandTarget } from './command.js';
import { COMMANDS } from './commands.js';

/** What another process needs to reach the control. */
export interface ControlAccess {
  /** Origin, without a trailing slash; always on 127.0.0.1. */
  readonly url: string;
  /** The bearer token it wants. Another one for each emulator, whatever the seed. */
  readonly token: string;
}

export interface ControlServer {
  readonly access: ControlAccess;
  close(): Promise<void>;
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Serves the control on a port of its own that is bound to loopback, whatever the emulator itself is bound to.
 *
 * Any page in a browser on this machine can send requests to loopback, so being reachable is no permission: a page's own
 * host name that resolves to 127.0.0.1 (DNS rebinding) is refused by its Host, a cross-origin request by its Origin, and
 * all the rest by the bearer, which no page knows. No answer has a CORS header.
 */
export async function serveControl(options: { port: number; target: CommandTarget }): Promise<ControlServer> {
  const server = await listen({ host: '127.0.0.1', port: options.port });
  const { port } = new URL(server.url);
  const token = randomBytes(24).toString('base64url');
  const context: CommandContext = { target: options.target, faults: new Map() };
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`));

  server.answerWith(async (request, response) => {
    const answer = refusal(request, { hosts, token }) ?? (await run(request, context));
    const body = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      ...(answer.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(answer.status === 405 && { allow: 'POST' }),
    });
    response.end(body);
  });
  return { access: { url: server.url, token }, close: () => server.close() };
}

/** Who may ask at all comes before what is asked: a stranger learns nothing about the commands. */
function refusal(
  request: IncomingRequest,
  expected: { hosts: ReadonlySet<string>; token: string },
): ControlAnswer | undefined {
  const { headers } = request;
  if (!expected.hosts.has((headers.get('host') ?? '').toLowerCase())) {
    return refused(403, 'The Host is not a loopback one.');
  }
  if (headers.has('origin')) return refused(403, 'Pages in a browser may not use the control.');
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer === undefined || !sameSecret(bearer, expected.token)) {
    return refused(401, 'The bearer token is missing or wrong; the emulator printed it when it started.');
  }
  return undefined;
}

async function run(request: IncomingRequest, context: CommandContext): Promise<ControlAnswer> {
  const name = request.target.slice(1);
  const command = COMMANDS.get(name);
  if (command === undefined)
    return refused(404, `There is no such command; there are ${[...COMMANDS.keys()].join(', ')}.`);
  if (request.method !== 'POST') return refused(405, 'Method not allowed; use POST.');
  if (request.body.kind === 'too_large') return refused(413, 'The request body is too large.');
  if (request.body.text === '') return refused(400, 'The body must be a JSON object; {} if there is nothing to say.');
  const body = readJsonBody({ headers: request.headers, body: request.body.text });
  if (body.kind === 'malformed') return refused(400, body.problem);
  try {
    const result = await naming(name, () => {
      if (command.takes !== undefined) readRecord(body.value, 'the body', command.takes);
      return command.run(body.value, context);
    });
    return { status: 200, body: result ?? {} };
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

function refused(status: number, message: string): ControlAnswer {
  return { status, body: { error: message } };
}
