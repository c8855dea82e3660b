import type { CallTrace } from './redis-connection.js';
import { isPassing, isUnknownScript, redisFailure, redisTimeout } from './redis-failure.js';

/** What Redis is asked. */
export interface Question {
  /** What the caller is doing, for the error. */
  readonly operation: string;
  readonly ask: () => Promise<unknown>;
  /** The same with the script in full, for a Redis that does not know it. */
  readonly askInFull?: () => Promise<unknown>;
  /** Gets the answer if it comes when the caller has already been told that it did not come in time. */
  readonly late?: ((reply: unknown) => void) | undefined;
}

interface CallParts {
  readonly timeoutMs: number;
  readonly trace: CallTrace;
  readonly resolve: (reply: unknown) => void;
  /** Gets a `TikTokError`. */
  readonly reject: (error: Error) => void;
  /** Told when it was answered, with a reply or a failure; not when its time ran out. */
  readonly onAnswered: (call: RedisCall) => void;
}

/** Between two sendings of a call that Redis refused for the moment. The pause doubles from the first to the longest. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** One question, asked again while Redis says that it cannot answer just now, within its time. */
export class RedisCall {
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly #question: Question;
  readonly #parts: CallParts;
  #over = false;
  #pauseMs = FIRST_PAUSE_MS;
  /** What Redis refused it with so far, in the hope that it passes. */
  #refusal: unknown;

  constructor(question: Question, parts: CallParts) {
    this.#question = question;
    this.#parts = parts;
    this.endsAt = parts.trace.beganAt + parts.timeoutMs;
  }

  send(): void {
    this.#await(this.#question.ask, this.#question.askInFull);
  }

  runOut(): void {
    const { timeoutMs, reject } = this.#parts;
    this.#over = true;
    // What Redis said says more than that no answer came.
    reject(
      this.#refusal === undefined
        ? redisTimeout(timeoutMs, this.#failedCall())
        : redisFailure(this.#refusal, this.#failedCall()),
    );
  }

  #await(ask: Question['ask'], askInFull?: Question['askInFull']): void {
    let reply: Promise<unknown>;
    try {
      reply = ask();
    } catch (error) {
      this.#failed(error);
      return;
    }
    reply.then(
      (value) => this.#answered(value),
      (rejection) => {
        // A restart, a failover and SCRIPT FLUSH empty Redis' list of scripts; this puts it back.
        if (askInFull !== undefined && isUnknownScript(rejection)) this.#await(askInFull);
        else this.#failed(rejection);
      },
    );
  }

  #answered(value: unknown): void {
    if (this.#over) {
      this.#question.late?.(value);
      return;
    }
    this.#end();
    this.#parts.resolve(value);
  }

  #failed(rejection: unknown): void {
    if (this.#over) return;
    if (isPassing(rejection)) {
      this.#refusal = rejection;
      this.#sendAgainLater();
      return;
    }
    this.#end();
    this.#parts.reject(redisFailure(rejection, this.#failedCall()));
  }

  #sendAgainLater(): void {
    setTimeout(() => {
      // What the caller was told has failed must not happen later.
      if (!this.#over) this.send();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #end(): void {
    this.#over = true;
    this.#parts.onAnswered(this);
  }

  #failedCall() {
    const { trace } = this.#parts;
    return { operation: this.#question.operation, trouble: trace.trouble(), sent: trace.canBeSent() };
  }
}
