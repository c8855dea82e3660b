import type { Emulator } from '@tt/emulator';
import type { Random } from '@tt/tooling/random';
import type { IssuedPair, What } from './happening.js';
import type { VirtualProcess } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';
import type { ProcessMishap, RequestMishap, Weather } from './weather.js';

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export interface NetworkParts {
  readonly time: VirtualTime;
  readonly emulator: Emulator;
  readonly weather: Weather;
  readonly random: Random;
  readonly hear: (what: What) => void;
}

/** A request on its way. */
interface Passage {
  readonly process: VirtualProcess;
  readonly url: URL;
  readonly init: RequestInit;
  readonly mishap: RequestMishap | undefined;
  /** What a refresh is sent with, and whose account it is for. */
  readonly refresh: { readonly refreshToken: string; readonly userId: string; readonly request: number } | undefined;
  /** What is asked to be revoked. */
  readonly revoked: string | undefined;
  /** The process has the answer, or the news that there is none. */
  over: boolean;
  readonly resolve: (response: Response) => void;
  readonly reject: (reason: unknown) => void;
}

type Answer =
  | { readonly kind: 'whole'; readonly response: Response; readonly text: string }
  | { readonly kind: 'none'; readonly error: unknown };

/** What lies between the processes and TikTok. It knows what really happened to each request. */
export class Network {
  readonly #parts: NetworkParts;
  readonly #userIds: ReadonlyMap<string, string>;
  /** Whose token it is. */
  readonly #owners = new Map<string, string>();
  #requests = 0;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    const { users } = parts.emulator;
    this.#userIds = new Map(
      users.flatMap(({ username, openIds }) => Object.values(openIds).map((openId) => [openId, username] as const)),
    );
  }

  /** A `fetch` as that process has it. */
  fetchOf(process: VirtualProcess): Fetch {
    return (url, init) =>
      new Promise((resolve, reject) => {
        // What it was about to do when it was killed.
        if (process.strand.ended) return;
        const { time, weather, random } = this.#parts;
        const form = new URLSearchParams(typeof init.body === 'string' ? init.body : '');
        const mishap = form.has('grant_type') ? weather.ofRequest() : undefined;
        const revoked = form.has('grant_type') ? undefined : (form.get('token') ?? undefined);
        const refresh = this.#refreshIn(form, process);
        const passage: Passage = { process, url, init, mishap, refresh, revoked, over: false, resolve, reject };
        this.#befall(passage, 'sent');
        // Whoever hangs up reads nothing any more.
        init.signal?.addEventListener('abort', () => this.#lost(passage, mishap?.name ?? 'timed_out'), { once: true });
        // What has been sent arrives, even where its sender is no more.
        time.after(random.between(20, 150), time.world, () => this.#arrive(passage));
      });
  }

  #refreshIn(form: URLSearchParams, process: VirtualProcess): Passage['refresh'] {
    const refreshToken = form.get('refresh_token');
    if (form.get('grant_type') !== 'refresh_token' || refreshToken === null) return undefined;
    const userId = this.#owners.get(refreshToken) ?? 'nobody';
    const request = ++this.#requests;
    const leaseLeftMs = process.link.leaseLeftMs(userId);
    this.#parts.hear({ kind: 'sent', userId, process: process.name, request, refreshToken, leaseLeftMs });
    return { refreshToken, userId, request };
  }

  #arrive(passage: Passage): void {
    const { emulator, time } = this.#parts;
    const { url, init, mishap, refresh, revoked } = passage;
    const arrivedAt = time.now();
    if (refresh !== undefined) {
      const live = emulator.isLive(refresh.refreshToken);
      const effect = live && mishap?.takesEffect !== false;
      const { userId, request } = refresh;
      this.#parts.hear({ kind: 'arrived', userId, request, live, effect, how: mishap?.name ?? 'well' });
      if (mishap?.dropsLease === true) passage.process.link.dropLease(userId);
    }
    if (revoked !== undefined && emulator.isLive(revoked)) {
      this.#parts.hear({ kind: 'revoked', userId: this.#owners.get(revoked) ?? 'nobody' });
    }
    this.#befall(passage, 'arrived');
    if (mishap?.fault !== undefined) emulator.fail('token', mishap.fault, { times: 1 });
    // TikTok hears of it when the client hangs up; without that it would wait for ever.
    const { signal, ...rest } = init;
    const request = mishap?.name.startsWith('hang') ? init : rest;
    void emulator
      .fetch(url, request)
      .then(async (response): Promise<Answer> => ({ kind: 'whole', response, text: await response.text() }))
      .catch((error: unknown): Answer => ({ kind: 'none', error }))
      .then((answer) => this.#sendBack(passage, answer, arrivedAt));
  }

  #sendBack(passage: Passage, answer: Answer, arrivedAt: number): void {
    const { time, random } = this.#parts;
    const { process, init, mishap } = passage;
    const pair = answer.kind === 'whole' ? this.#pairIn(answer.text, arrivedAt) : undefined;
    time.after(random.between(20, 150), process.strand, () => {
      if (init.signal?.aborted === true) {
        passage.reject(init.signal.reason);
      } else if (answer.kind === 'none') {
        this.#lost(passage, mishap?.name ?? 'no_answer');
        passage.reject(answer.error);
      } else {
        // Whoever signs in may be anybody.
        const strange = mishap?.strange === true && passage.refresh !== undefined && pair !== undefined;
        this.#answered(passage, strange ? undefined : pair);
        const { status, headers } = answer.response;
        const text = strange ? answer.text.replace(/("open_id":")[^"]+/, '$1somebody-else') : answer.text;
        passage.resolve(new Response(text, { status, headers }));
      }
      this.#befall(passage, 'answered');
    });
  }

  #answered(passage: Passage, issued: (IssuedPair & { readonly userId: string }) | undefined): void {
    const { process, refresh, mishap } = passage;
    if (mishap?.garbled === true) {
      this.#lost(passage, mishap.name);
      return;
    }
    passage.over = true;
    const userId = refresh?.userId ?? issued?.userId;
    if (userId === undefined) return;
    this.#parts.hear({ kind: 'answered', userId, process: process.name, request: refresh?.request, pair: issued });
  }

  #lost(passage: Passage, how: string): void {
    const { process, refresh, over } = passage;
    if (refresh === undefined || over) return;
    passage.over = true;
    const { userId, request } = refresh;
    this.#parts.hear({ kind: 'lost', userId, process: process.name, request, how });
  }

  #pairIn(text: string, issuedAt: number): (IssuedPair & { readonly userId: string }) | undefined {
    const fields = tokenFields(text);
    if (fields === undefined) return undefined;
    const userId = this.#userIds.get(fields.open_id) ?? 'nobody';
    this.#owners.set(fields.refresh_token, userId).set(fields.access_token, userId);
    return {
      userId,
      issuedAt,
      accessToken: fields.access_token,
      accessTokenExpiresAt: issuedAt + fields.expires_in * 1000,
      refreshToken: fields.refresh_token,
      refreshTokenExpiresAt: issuedAt + fields.refresh_expires_in * 1000,
    };
  }

  #befall({ process, mishap }: Passage, when: ProcessMishap['when']): void {
    if (mishap?.process?.when === when) process.befall(mishap.process);
  }
}

interface TokenFields {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
  readonly open_id: string;
}

function tokenFields(text: string): TokenFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === 'object' && value !== null && 'refresh_token' in value;
    return isAnswer ? (value as TokenFields) : undefined;
  } catch {
    return undefined;
  }
}
