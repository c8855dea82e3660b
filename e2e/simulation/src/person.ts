import type { Emulator } from '@tt/emulator';
import { TikTokError } from '@tt/oauth';
import type { Random } from '@tt/tooling/random';
import type { Cluster } from './cluster.js';
import { type Conditions, DAY_MS, HOUR_MS, MINUTE_MS } from './conditions.js';
import { type Habit, nextAskMs } from './habits.js';
import type { What } from './happening.js';
import type { OpenCalls } from './open-calls.js';
import type { VirtualProcess } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';

export interface PersonParts {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly emulator: Emulator;
  readonly cluster: Cluster;
  readonly calls: OpenCalls;
  readonly conditions: Conditions;
  readonly hear: (what: What) => void;
}

/** Over which time callers try again for whom something has gone wrong. */
const RETRYING_MS = 150_000;
/** Why a caller stopped waiting. */
const IMPATIENT = new Error('the caller went away');

/** What people do just while their tokens are refreshed, of a thousand times. */
const MEANWHILE: ReadonlyMap<'nothing' | 'disconnect' | 'sign_in' | 'revoke', number> = new Map([
  ['nothing', 990],
  ['disconnect', 4],
  ['sign_in', 4],
  ['revoke', 2],
]);

/** Somebody with a TikTok account: signs in, is asked for, takes the access away, signs in again. */
export class Person {
  readonly userId: string;
  readonly habit: Habit;
  readonly #parts: PersonParts;
  /** `'signed_in'` as far as the application knows. */
  state: 'new' | 'signed_in' | 'signed_out' = 'new';
  #returning = false;
  #retrying = false;
  #stopped = false;

  constructor(userId: string, habit: Habit, parts: PersonParts) {
    this.userId = userId;
    this.habit = habit;
    this.#parts = parts;
  }

  /** Begins their year. */
  begin(): void {
    const { random } = this.#parts;
    this.#later(random.between(0, 2 * DAY_MS), () => this.#signIn());
    this.#askAgain();
    this.#nowAndThen(2, () => this.#revoke());
    this.#nowAndThen(1.5, () => this.#disconnect());
    // Signs in once more without having to, as people do in a second browser.
    this.#nowAndThen(3, () => this.state === 'signed_in' && this.#signIn());
  }

  stop(): void {
    this.#stopped = true;
  }

  /** A refresh of theirs has just been sent. Now and then they do something in this very moment. */
  beingRefreshed(): void {
    const { random } = this.#parts;
    const act = random.weighted(MEANWHILE);
    if (act === 'nothing') return;
    this.#later(random.between(0, 3_000), () => {
      if (act === 'disconnect') this.#disconnect();
      if (act === 'sign_in' && this.state === 'signed_in') this.#signIn();
      if (act === 'revoke') this.#revoke();
    });
  }

  /** Something has gone wrong on their account's behalf. Whoever waits tries again, most likely with another process. */
  inTrouble(): void {
    const { random } = this.#parts;
    if (this.state !== 'signed_in' || this.#retrying || random.chance(0.5)) return;
    this.#retrying = true;
    this.#later(RETRYING_MS, () => {
      this.#retrying = false;
    });
    for (let left = random.whole(1, 4); left > 0; left--) {
      this.#later(random.between(0, RETRYING_MS), () => this.#askAnyone());
    }
  }

  /** Asks for a token, once, of this process. */
  ask(process: VirtualProcess, rejected?: string): void {
    const { time, random, emulator, calls, hear } = this.#parts;
    const { userId } = this;
    const patience = random.chance(0.04) ? random.between(1, 5_000) : undefined;
    calls.make(process, async () => {
      const since = time.now();
      hear({ kind: 'asked', userId, process: process.name, rejected });
      const caller = new AbortController();
      if (patience !== undefined) time.after(patience, process.strand, () => caller.abort(IMPATIENT));
      try {
        const accessToken = await process.oauth.getValidToken(userId, { signal: caller.signal, rejected });
        const live = emulator.isLive(accessToken);
        hear({ kind: 'served', userId, process: process.name, accessToken, live, rejected });
        // TikTok refuses it, and the application says so.
        if (!live && rejected === undefined) this.#askAnyone(accessToken);
      } catch (error) {
        if (error === IMPATIENT) return;
        if (!TikTokError.isInstance(error)) throw error;
        const code = error.code ?? error.type;
        hear({ kind: 'failed', userId, process: process.name, code, since, rejected });
        if (code === 'sign_in_needed' || code === 'not_connected') this.#comeBack();
      }
    });
  }

  /** Makes sure that the account is looked after: whatever its token is, TikTok is said to refuse it. */
  askForNew(process: VirtualProcess): void {
    const { calls } = this.#parts;
    calls.make(process, async () => {
      const info = await process.oauth.getTokenInfo(this.userId);
      if (info !== null) this.ask(process, info.token);
    });
  }

  #askAgain(): void {
    const { conditions, random, time } = this.#parts;
    const waitMs = nextAskMs(this.habit, { conditions, random, elapsedMs: time.elapsedMs() });
    if (waitMs === undefined) return;
    this.#later(waitMs, () => {
      if (this.#isAskedFor()) {
        // Several at once, of several processes, are what makes refreshes meet.
        const callers = random.chance(0.2) ? random.whole(2, 6) : 1;
        for (let i = 0; i < callers; i++) this.#askAnyone();
      }
      this.#askAgain();
    });
  }

  /** An application asks seldom for somebody who has to sign in, or who has left; a forgotten job of it does. */
  #isAskedFor(): boolean {
    const { random } = this.#parts;
    if (this.state === 'signed_in') return !this.#returning || random.chance(0.05);
    return this.state === 'signed_out' && random.chance(0.3);
  }

  #askAnyone(rejected?: string): void {
    const process = this.#parts.cluster.any(this.#parts.random);
    if (process !== undefined) this.ask(process, rejected);
  }

  #signIn(): void {
    const { random, emulator, cluster, calls } = this.#parts;
    const { userId } = this;
    const process = cluster.any(random);
    if (process === undefined) {
      this.#later(MINUTE_MS, () => this.#signIn());
      return;
    }
    calls.make(
      process,
      async () => {
        try {
          const { url, state } = await process.oauth.getAuthorizationUrl();
          const callback = await emulator.consent(url, { user: userId });
          await process.oauth.handleCallback(callback, { state, userId });
          this.state = 'signed_in';
        } catch (error) {
          if (!TikTokError.isInstance(error)) throw error;
          this.#signInLater();
        }
      },
      // Whether it was stored nobody knows; they sign in again.
      () => this.#signInLater(),
    );
  }

  #signInLater(): void {
    this.#later(this.#parts.random.between(1, 60) * MINUTE_MS, () => this.#signIn());
  }

  /** The application told them that they must sign in again. */
  #comeBack(): void {
    if (this.#returning || this.state !== 'signed_in') return;
    this.#returning = true;
    const { random } = this.#parts;
    const waitMs = random.chance(0.5) ? random.between(1, 90) * MINUTE_MS : random.between(1, 300) * HOUR_MS;
    this.#later(waitMs, () => {
      this.#returning = false;
      if (this.state === 'signed_in') this.#signIn();
    });
  }

  #revoke(): void {
    if (this.state !== 'signed_in') return;
    this.#parts.emulator.user(this.userId).disconnect();
    this.#parts.hear({ kind: 'revoked', userId: this.userId });
  }

  /** They press "Disconnect" in the application, which forgets their tokens. */
  #disconnect(): void {
    const { random, cluster, calls } = this.#parts;
    if (this.state !== 'signed_in') return;
    const process = cluster.any(random);
    if (process === undefined) return;
    const again = (): void => this.#later(MINUTE_MS, () => this.#disconnect());
    calls.make(
      process,
      async () => {
        try {
          await process.oauth.clearToken(this.userId);
        } catch (error) {
          if (!TikTokError.isInstance(error)) throw error;
          again();
          return;
        }
        this.state = 'signed_out';
        this.#later(random.between(0.1, 20) * DAY_MS, () => this.#signIn());
      },
      again,
    );
  }

  #later(delayMs: number, run: () => void): void {
    const { time } = this.#parts;
    time.after(delayMs, time.world, () => {
      if (!this.#stopped) run();
    });
  }

  #nowAndThen(perYear: number, run: () => unknown): void {
    const waitMs = (-Math.log(1 - this.#parts.random.fraction()) * 365 * DAY_MS) / perYear;
    this.#later(waitMs, () => {
      run();
      this.#nowAndThen(perYear, run);
    });
  }
}
