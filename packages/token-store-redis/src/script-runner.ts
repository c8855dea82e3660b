import { createHash } from 'node:crypto';
import { storeError } from '@tt/errors';
import { JointWrites } from './joint-writes.js';
import { type Question, RedisCall } from './redis-call.js';
import { readsFromMasters } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { RunningCalls } from './running-calls.js';
import { type ScriptName, scriptText } from './scripts.js';
import { publishesSharded } from './subscribing-connections.js';

/** One script, called once. */
interface ScriptCall extends Pick<Question, 'late'> {
  readonly script: ScriptName;
  readonly keys: readonly string[];
  readonly args?: readonly string[];
  /** What the caller is doing, for the error. Default: `store.` and the script's name. */
  readonly operation?: string;
}

interface PreparedScript {
  readonly text: string;
  readonly sha: string;
}

/** Runs the scripts by their SHA, each within a time limit, and turns failures into the store's errors. */
export class ScriptRunner {
  readonly #connection: RedisConnection;
  readonly #timeoutMs: number;
  readonly #readsByGet: boolean;
  readonly #scripts = new Map<ScriptName, PreparedScript>();
  readonly #running: RunningCalls;
  readonly #writes: JointWrites;
  #closed = false;

  constructor(connection: RedisConnection, { timeoutMs }: { readonly timeoutMs: number }) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#readsByGet = readsFromMasters(connection.client);
    this.#running = new RunningCalls(timeoutMs);
    this.#writes = new JointWrites(connection.client);
  }

  /**
   * What the script returned.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `closed`, `unreachable`, `timeout` or `redis_error`.
   */
  run({ script, keys, args = [], operation = `store.${script}`, late }: ScriptCall): Promise<unknown> {
    const { client } = this.#connection;
    const { text, sha } = this.#prepared(script);
    return this.#make({
      operation,
      ask: () => client.evalsha(sha, keys.length, ...keys, ...args),
      askInFull: () => client.eval(text, keys.length, ...keys, ...args),
      late,
    });
  }

  /**
   * What stands under a key, as its master knows it: by GET, or by a script where the client would ask a replica, which
   * may not have the pair yet that a message just announced (D17).
   *
   * @throws TikTokError what {@link run} throws.
   */
  read(key: string, operation = 'store.get'): Promise<unknown> {
    if (!this.#readsByGet) return this.run({ script: 'get', operation, keys: [key] });
    return this.#make({ operation, ask: () => this.#connection.client.get(key) });
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `closed` after {@link close}. */
  assertOpen(operation: string): void {
    if (!this.#closed) return;
    throw storeError('The Redis token store was closed', { code: 'closed', operation, retryable: false });
  }

  /** Refuses new calls and waits for those that run, which their time limit bounds. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running.settled();
  }

  #make(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.assertOpen(question.operation);
      const trace = this.#connection.follow();
      const onAnswered = (call: RedisCall) => this.#running.delete(call);
      const call = new RedisCall(question, { timeoutMs: this.#timeoutMs, trace, resolve, reject, onAnswered });
      this.#running.add(call);
      this.#writes.join();
      call.send();
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
