import { createHash } from 'node:crypto';
import { storeError } from '@tt/errors';
import type { RedisConnection } from './redis-connection.js';
import { isUnknownScript, redisFailure, redisTimeout } from './redis-failure.js';
import { SCRIPTS, type ScriptName } from './scripts.js';

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

/** Runs the scripts by their SHA, each within a time limit, and turns failures into the store's errors. */
export class ScriptRunner {
  readonly #connection: RedisConnection;
  readonly #timeoutMs: number;
  readonly #shas = new Map<ScriptName, string>();
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
    const answer = this.#withinTime(this.#send(call), { operation, late: call.late });
    this.#running.add(answer);
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
    }
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `closed` after {@link close}. */
  assertOpen(operation: string): void {
    if (this.#closed) throw storeError('The Redis token store was closed', { code: 'closed', operation });
  }

  /** Refuses new calls and waits for those that run, which their time limit bounds. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  async #send({ script, keys, args = [] }: ScriptCall): Promise<unknown> {
    const { client } = this.#connection;
    const text = SCRIPTS[script];
    try {
      return await client.evalsha(this.#shaOf(script, text), keys.length, ...keys, ...args);
    } catch (rejection) {
      // A restart, a failover and SCRIPT FLUSH empty Redis' list of scripts; EVAL puts this one back.
      if (isUnknownScript(rejection)) return client.eval(text, keys.length, ...keys, ...args);
      throw rejection;
    }
  }

  /** A limit of our own: a client that was passed in may be set to wait for its connection for ever. */
  #withinTime(
    reply: Promise<unknown>,
    { operation, late }: { readonly operation: string; readonly late: ScriptCall['late'] },
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let waiting = true;
      const timer = setTimeout(() => {
        waiting = false;
        reject(redisTimeout(this.#timeoutMs, { operation, trouble: this.#connection.trouble() }));
      }, this.#timeoutMs);
      reply.then(
        (value) => {
          clearTimeout(timer);
          if (waiting) resolve(value);
          else late?.(value);
        },
        (rejection) => {
          clearTimeout(timer);
          reject(redisFailure(rejection, { operation, trouble: this.#connection.trouble() }));
        },
      );
    });
  }

  /** From the text itself, so that script and SHA cannot drift apart. */
  #shaOf(script: ScriptName, text: string): string {
    let sha = this.#shas.get(script);
    if (sha === undefined) {
      sha = createHash('sha1').update(text).digest('hex');
      this.#shas.set(script, sha);
    }
    return sha;
  }
}
