import type { CallContext } from '@tt/errors';
import { RateLimitQueue, type RateLimitQueueOptions, refusal } from './rate-limit-queue.js';

export interface RateLimitKeysOptions extends RateLimitQueueOptions {
  /** For how many keys a queue is kept. */
  readonly maxKeys: number;
  /** `app` makes all keys one. */
  readonly per: 'key' | 'app';
}

/** One limit for many keys, each with a queue of its own for as long as it is of use. */
export class RateLimitKeys {
  readonly #options: RateLimitKeysOptions;
  /** Whoever called longest ago comes first. */
  readonly #queues = new Map<string, RateLimitQueue>();

  constructor(options: RateLimitKeysOptions) {
    this.#options = options;
  }

  /** @throws TikTokError `RATE_LIMIT_ERROR` when there are as many keys as may be, and all of them are waited for. */
  queueOf(caller: string, context: CallContext | undefined): RateLimitQueue {
    const key = this.#options.per === 'app' ? '' : caller;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      this.#makeRoom(context);
      queue = new RateLimitQueue(this.#options);
    } else {
      this.#queues.delete(key);
    }
    this.#queues.set(key, queue);
    return queue;
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }

  #makeRoom(context: CallContext | undefined): void {
    const { maxKeys, windowMs } = this.#options;
    for (const [key, queue] of this.#queues) {
      const crowded = this.#queues.size >= maxKeys;
      if (!crowded && !queue.forgettable) return;
      if (queue.deserted) {
        queue.close();
        this.#queues.delete(key);
      }
    }
    if (this.#queues.size >= maxKeys) throw refusal(windowMs, context);
  }
}
