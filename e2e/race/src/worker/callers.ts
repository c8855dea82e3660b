import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteEmulator } from '@tt/emulator';
import { withCorrelationId } from '@tt/logger';
import { TikTokError, type TikTokOAuth } from '@tt/oauth';
import type { Random } from '@tt/tooling/random';
import { now } from '../journal/clock.js';
import { fingerprint } from '../journal/fingerprint.js';
import type { Journal } from '../journal/journal.js';

/** How many callers a process has at once. */
const CALLERS = 24;
/** How long one of them rests between two calls, in milliseconds. */
const REST_MS = { least: 5, most: 40 };
/** Accounts that everybody wants, in every process, and how often it is one of those. */
const HOT_ACCOUNTS = 20;
const HOT = 0.4;
/** How seldom a token that is served again is written down, in microseconds. */
const AGAIN_US = 250_000;
const ABORTS = 0.03;
const REJECTS = 0.002;
/** How often somebody whose account is gone signs in again when told to. */
const SIGNS_IN_AGAIN = 0.5;
/** How many people sign in at once, and how often one tries. */
const SIGN_INS = 8;
const SIGN_IN_TRIES = 5;
/** Longer than a breaker stays open. */
const SIGN_IN_REST_MS = 1_500;

export interface CallersParts {
  readonly oauth: TikTokOAuth;
  readonly tiktok: RemoteEmulator;
  readonly userIds: readonly string[];
  readonly random: Random;
  readonly journal: Journal;
}

/** What came of one call. */
export type Outcome = { readonly at: number } & ({ readonly accessToken: string } | { readonly code: string });

/** Whatever an application does with its `TikTokOAuth`. */
export class Callers {
  readonly #parts: CallersParts;
  readonly #written = new Map<string, { readonly accessToken: string; readonly at: number }>();
  readonly #signingIn = new Set<string>();
  #openCalls = 0;
  #calls = 0;
  #running: Promise<unknown> | undefined;
  #ending = false;

  constructor(parts: CallersParts) {
    this.#parts = parts;
  }

  get openCalls(): number {
    return this.#openCalls;
  }

  /** A token for this user, and what came of asking for it. */
  async ask(
    userId: string,
    options: { readonly signal?: AbortSignal; readonly rejected?: string } = {},
  ): Promise<Outcome> {
    const { oauth, journal } = this.#parts;
    const since = now();
    if (options.rejected !== undefined) journal.note({ kind: 'rejected', userId });
    this.#openCalls += 1;
    this.#calls += 1;
    try {
      // A request that this call causes is told by it.
      const token = await withCorrelationId(`${userId}.${this.#calls}`, () => oauth.getValidToken(userId, options));
      return this.#served(userId, since, fingerprint(token));
    } catch (error) {
      return this.#failed(userId, since, { error, signal: options.signal });
    } finally {
      this.#openCalls -= 1;
    }
  }

  /** Signs each of them in. */
  async connect(userIds: readonly string[]): Promise<void> {
    const waiting = [...userIds];
    await Promise.all(
      Array.from({ length: SIGN_INS }, async () => {
        for (let userId = waiting.pop(); userId !== undefined; userId = waiting.pop()) await this.#connect(userId);
      }),
    );
  }

  /** Asks for everyone's token again and again. */
  hammer(): void {
    this.#running = Promise.all(Array.from({ length: CALLERS }, () => this.#hammer()));
  }

  /** Resolves when no caller is left. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#running;
  }

  /** Makes each account show whether its refresh token is good. */
  async sweep(): Promise<void> {
    const waiting = [...this.#parts.userIds];
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        for (let userId = waiting.pop(); userId !== undefined; userId = waiting.pop()) {
          const rejected = await this.#lastToken(userId);
          if (rejected !== undefined) await this.ask(userId, { rejected });
        }
      }),
    );
  }

  async #connect(userId: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#signIn(userId);
      } catch (error) {
        // A machine that is busy with other things may take longer than an attempt.
        if (tries === SIGN_IN_TRIES) throw error;
        await sleep(SIGN_IN_REST_MS);
      }
    }
  }

  async #hammer(): Promise<void> {
    const { random, userIds } = this.#parts;
    while (!this.#ending) {
      const among = random.chance(HOT) ? Math.min(HOT_ACCOUNTS, userIds.length) : userIds.length;
      const userId = userIds[random.whole(0, among - 1)] ?? '';
      const last = this.#parts.random.chance(REJECTS) ? await this.#lastToken(userId) : undefined;
      const outcome = await this.ask(userId, {
        ...(random.chance(ABORTS) ? { signal: AbortSignal.timeout(random.whole(1, 50)) } : {}),
        ...(last === undefined ? {} : { rejected: last }),
      });
      if ('code' in outcome && this.#comesBack(userId, outcome.code)) await this.#signInAgain(userId);
      await sleep(random.whole(REST_MS.least, REST_MS.most));
    }
  }

  #comesBack(userId: string, code: string): boolean {
    const { random, userIds } = this.#parts;
    if (code.endsWith('not_connected')) return random.chance(SIGNS_IN_AGAIN);
    // Every other person who lost the account for good stays away, so that the mark is there to be judged in the end.
    return code.endsWith('sign_in_needed') && userIds.indexOf(userId) % 2 === 0 && random.chance(SIGNS_IN_AGAIN);
  }

  async #lastToken(userId: string): Promise<string | undefined> {
    return (await this.#parts.oauth.getTokenInfo(userId).catch(() => null))?.token;
  }

  async #signInAgain(userId: string): Promise<void> {
    if (this.#signingIn.has(userId)) return;
    this.#signingIn.add(userId);
    // Whoever fails to sign in tries again when told to.
    await this.#signIn(userId).catch((error: unknown) => this.#failed(userId, now(), { error }));
    this.#signingIn.delete(userId);
  }

  async #signIn(userId: string): Promise<void> {
    const { oauth, tiktok, journal } = this.#parts;
    const { url, state, codeVerifier } = await oauth.getAuthorizationUrl();
    const callback = await tiktok.consent(url, { user: userId });
    const { tokens } = await oauth.handleCallback(callback, { state, codeVerifier, userId });
    journal.note({ kind: 'signed_in', userId, refreshToken: fingerprint(tokens.refresh_token) });
  }

  #served(userId: string, since: number, accessToken: string): Outcome {
    const at = now();
    const last = this.#written.get(userId);
    if (last?.accessToken !== accessToken || at - last.at > AGAIN_US) {
      this.#written.set(userId, { accessToken, at });
      this.#parts.journal.note({ kind: 'served', userId, since, accessToken });
    }
    return { at, accessToken };
  }

  #failed(
    userId: string,
    since: number,
    { error, signal }: { error: unknown; signal?: AbortSignal | undefined },
  ): Outcome {
    const { journal } = this.#parts;
    if (signal?.aborted === true && error === signal.reason) return { at: now(), code: 'aborted' };
    const code = TikTokError.isInstance(error) ? `${error.type} ${error.code ?? ''}`.trimEnd() : 'unexpected';
    journal.note({ kind: 'failed', userId, since, code });
    if (code === 'unexpected')
      journal.note({
        kind: 'unexpected',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    return { at: now(), code };
  }
}
