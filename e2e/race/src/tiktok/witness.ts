import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { now } from '../journal/clock.js';
import type { IssuedPair } from '../journal/entry.js';
import { fingerprint } from '../journal/fingerprint.js';
import type { Journal } from '../journal/journal.js';
import type { Strikes } from './strikes.js';

/** In which a process says which call a request belongs to. */
export const CALL_HEADER = 'x-call';

export interface WitnessParts {
  /** The emulator. */
  readonly url: string;
  readonly isLive: (token: string) => boolean;
  readonly userOf: (openId: string) => string | undefined;
  readonly journal: Journal;
  readonly strikes: Strikes;
}

/** What the emulator made of a request. */
interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
  /** It ended as it should. */
  readonly whole: boolean;
}

/**
 * Stands before TikTok, with a door for each process, and writes down whose request came with which refresh token and
 * what became of it.
 */
export class Witness {
  readonly #parts: WitnessParts;
  readonly #agent = new Agent({ keepAlive: true });
  /** Refresh tokens that were spent by a request of which that is known. */
  readonly #spent = new Set<string>();
  /** Whose token it is. */
  readonly #owners = new Map<string, string>();
  #requests = 0;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** A door for one process. Resolves to its port. */
  async open(process: string): Promise<number> {
    const door = createServer((incoming, response) => {
      this.#pass(process, incoming, response).catch(() => response.destroy());
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const address = door.address();
    if (address === null || typeof address === 'string') throw new Error('the witness has no port');
    return address.port;
  }

  async #pass(process: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const form = new URLSearchParams(body.toString('utf8'));
    const refreshToken = form.get('refresh_token');
    if (refreshToken !== null) {
      await this.#passRefresh(process, refreshToken, { incoming, response, body });
      return;
    }
    if (incoming.url?.startsWith('/v2/oauth/revoke/') === true) {
      const accessToken = fingerprint(form.get('token') ?? '');
      this.#parts.journal.note({ kind: 'revoke_request', process, userId: this.#owners.get(accessToken), accessToken });
    }
    const arrivedAt = now();
    const answer = await this.#ask(incoming, body);
    const pair = this.#pairIn(answer, arrivedAt);
    if (pair !== undefined) this.#parts.journal.note({ kind: 'issued', process, ...pair });
    deliver(answer, response);
  }

  async #passRefresh(
    process: string,
    token: string,
    { incoming, response, body }: { incoming: IncomingMessage; response: ServerResponse; body: Buffer },
  ): Promise<void> {
    const { journal, strikes, isLive } = this.#parts;
    const request = ++this.#requests;
    const refreshToken = fingerprint(token);
    const userId = this.#owners.get(refreshToken) ?? 'unknown';
    const call = String(incoming.headers[CALL_HEADER]);
    const live = isLive(token);
    const arrivedAt = now();
    journal.note({ kind: 'arrived', request, process, userId, call, refreshToken, live });
    const strike = strikes.take(process, userId);
    if (strike?.point === 'before') strike.carryOut();
    // Without an answer the request may still have had its effect.
    const answer = await this.#ask(incoming, body).catch(() => undefined);
    const found = answer === undefined ? undefined : this.#pairIn(answer, arrivedAt);
    const effect = found !== undefined || (live && this.#wasSpentBy(answer, token));
    if (effect) this.#spent.add(refreshToken);
    if (strike?.point === 'after effect') strike.carryOut();
    if (answer === undefined) {
      journal.note({ kind: 'ended', request, effect, pair: undefined, how: 'no answer' });
      response.destroy();
      return;
    }
    const how = answer.whole ? `${answer.status}` : `${answer.status}, cut off`;
    journal.note({ kind: 'ended', request, effect, pair: found?.pair, how });
    deliver(answer, response);
    if (strike?.point === 'after answer') strike.carryOut();
  }

  /** Of two requests with one refresh token, one has spent it. */
  #wasSpentBy(answer: Answer | undefined, token: string): boolean {
    const refused = answer?.whole === true && answer.status >= 400 && answer.status < 500;
    return !refused && !this.#parts.isLive(token) && !this.#spent.has(fingerprint(token));
  }

  /** @param arrivedAt When the request came: the process counts from when it was sent, which is earlier. */
  #pairIn(
    { whole, status, body }: Answer,
    arrivedAt: number,
  ): { readonly userId: string; readonly pair: IssuedPair } | undefined {
    if (!whole || status !== 200) return undefined;
    const fields = tokenFields(body);
    const userId = fields && this.#parts.userOf(fields.open_id);
    if (fields === undefined || userId === undefined) return undefined;
    const pair = {
      accessToken: fingerprint(fields.access_token),
      refreshToken: fingerprint(fields.refresh_token),
      askedAt: arrivedAt,
      accessTokenExpiresAt: arrivedAt + fields.expires_in * 1e6,
    };
    this.#owners.set(pair.refreshToken, userId);
    this.#owners.set(pair.accessToken, userId);
    return { userId, pair };
  }

  /** @throws Error where there is no answer at all. */
  async #ask(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const passed = request(new URL(incoming.url ?? '/', this.#parts.url), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(this.#parts.url).host },
      agent: this.#agent,
    });
    // Whoever asked has given up: the emulator is to see that too.
    const giveUp = () => passed.destroy();
    incoming.socket.once('close', giveUp);
    try {
      passed.end(body);
      const [answer]: IncomingMessage[] = await once(passed, 'response');
      if (answer === undefined) throw new Error('no answer');
      const chunks: Buffer[] = [];
      let whole = true;
      try {
        for await (const chunk of answer) chunks.push(chunk);
      } catch {
        whole = false;
      }
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks), whole };
    } finally {
      incoming.socket.off('close', giveUp);
    }
  }
}

function deliver({ status, headers, body, whole }: Answer, response: ServerResponse): void {
  response.writeHead(status, headers);
  if (whole) {
    response.end(body);
    return;
  }
  response.write(body, () => response.destroy());
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface TokenFields {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly open_id: string;
}

/** `undefined` where the answer is cut off, or none with tokens. */
function tokenFields(body: Buffer): TokenFields | undefined {
  try {
    const fields = JSON.parse(body.toString('utf8')) as Partial<TokenFields>;
    const { access_token, refresh_token, expires_in, open_id } = fields;
    if (access_token === undefined || refresh_token === undefined) return undefined;
    if (expires_in === undefined || open_id === undefined) return undefined;
    return { access_token, refresh_token, expires_in, open_id };
  } catch {
    return undefined;
  }
}
