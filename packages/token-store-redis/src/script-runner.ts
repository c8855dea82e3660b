import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeError } from '@tt/errors';
import type { CallTrace, RedisConnection } from './redis-connection.js';
import { isPassing, isUnknownScript, redisFailure, redisTimeout } from './redis-failure.js';
import { type ScriptName, scriptText } from './scripts.js';
import { publishesSharded } from './subscribing-connections.js';

/** One script, called once. */
interface ScriptCall {
  readonly script: ScriptName;
  readonly keys: readonly string[];
  readonly args?: readonly string[];
  /** What the caller is doing, for the error. Default: `store.` and the script's name. */
  readonly operation?: string;
  /** Gets the answer if it comes when the caller has already been told that it did not come in time. */
  readonly late?: (reply: unknown) => void;
}

interface RunningCall {
  readonly operation: string;
  readonly late: ScriptCall['late'];
  readonly trace: CallTrace;
  /** By `performance.now()`. */
  readonly endsAt: number;
  /** What Redis refused the call with so far, in the hope that it passes. */
  refusal?: unknown;
}

interface PreparedScript {
  readonly text: string;
  readonly sha: string;
}

/** Between two sendings of a call that Redis refused for the moment. The pause doubles from the first to the longest. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** Runs the scripts by their SHA, each within a time limit, and turns failures into the store's errors. */
export class ScriptRunner {
  readonly #connection: RedisConnection;
  readonly #timeoutMs: number;
  readonly #scripts = new Map<ScriptName, PreparedScript>();
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(connection: RedisConnection, { timeoutMs }: { readonly timeoutMs: number }) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What the script returned.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `closed`, `unreachable`, `timeout` or `redis_error`.
   */
  async run(call: ScriptCall): Promise<unknown> {
    const { operation = `store.${call.script}` } = call;
    this.assertOpen(operation);
    const endsAt = performance.now() + this.#timeoutMs;
    const running: RunningCall = { operation, late: call.late, trace: this.#connection.follow(), endsAt };
    const answer = this.#withinTime(this.#sendUntilItPasses(call, running), running);
    this.#running.add(answer);
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
    }
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `closed` after {@link close}. */
  assertOpen(operation: string): void {
    if (!this.#closed) return;
    throw storeError('The Redis token store was closed', { code: 'closed', operation, retryable: false });
  }

  /** Refuses new calls and waits for those that run, which their time limit bounds. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  /** Again and again while Redis says that it cannot just now, within the time of the call. */
  async #sendUntilItPasses(call: ScriptCall, running: RunningCall): Promise<unknown> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#send(call);
      } catch (rejection) {
        if (!isPassing(rejection) || performance.now() + pauseMs >= running.endsAt) throw rejection;
        running.refusal = rejection;
      }
      await sleep(pauseMs);
    }
  }

  async #send({ script, keys, args = [] }: ScriptCall): Promise<unknown> {
    const { client } = this.#connection;
    const { text, sha } = this.#prepared(script);
    try {
      return await client.evalsha(sha, keys.length, ...keys, ...args);
    } catch (rejection) {
      // A restart, a failover and SCRIPT FLUSH empty Redis' list of scripts; EVAL puts this one back.
      if (isUnknownScript(rejection)) return client.eval(text, keys.length, ...keys, ...args);
      throw rejection;
    }
  }

  /** A limit of our own: a client that was passed in may be set to wait for its connection for ever. */
  #withinTime(reply: Promise<unknown>, running: RunningCall): Promise<unknown> {
    const { operation, late, trace } = running;
    const failed = () => ({ operation, trouble: trace.trouble(), sent: trace.canBeSent() });
    return new Promise((resolve, reject) => {
      let waiting = true;
      const timer = setTimeout(() => {
        waiting = false;
        const { refusal } = running;
        // It says more than that no answer came.
        reject(refusal === undefined ? redisTimeout(this.#timeoutMs, failed()) : redisFailure(refusal, failed()));
      }, this.#timeoutMs);
      reply.then(
        (value) => {
          clearTimeout(timer);
          if (waiting) resolve(value);
          else late?.(value);
        },
        (rejection) => {
          clearTimeout(timer);
          reject(redisFailure(rejection, failed()));
        },
      );
    });
  }

  /** The SHA is made from the text itself, so that the two cannot drift apart. */
  #prepared(script: ScriptName): PreparedScript {
    let prepared = this.#scripts.get(script);
    if (prepared === undefined) {
      const text = scriptText(script, { sharded: publishesSharded(this.#connection.client) });
      prepared = { text, sha: createHash('sha1').update(text).digest('hex') };
      this.#scripts.set(script, prepared);
    }
    return prepared;
  }
}
