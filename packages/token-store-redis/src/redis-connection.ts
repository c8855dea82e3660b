import { Redis } from 'ioredis';
import type { RedisClient } from './redis-client.js';

/** The connection the store asks on, and whose it is. */
export interface RedisConnection {
  readonly client: RedisClient;
  /** Why it is down, where that is known. */
  trouble(): Error | undefined;
  /** Ends it if the store opened it. */
  close(): void;
}

/** The application's own client. The store leaves its settings, its events and its end to the application. */
export function borrowConnection(client: RedisClient): RedisConnection {
  return { client, trouble: () => undefined, close: () => undefined };
}

/**
 * A connection of the store's own, made at its first command.
 *
 * @param options.timeoutMs How long connecting may take, in milliseconds.
 */
export function openConnection(url: string, { timeoutMs }: { readonly timeoutMs: number }): RedisConnection {
  let trouble: Error | undefined;
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // ioredis keeps the process for this long when it ends a connection that is already dead.
    disconnectTimeout: 100,
    // A command whose connection died is sent once more, on the next one; one that finds Redis dead waits for one more
    // try. Longer queues would carry out, much later, what the caller has long given up.
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(50 * 2 ** (times - 1), 1_000),
  });
  // Without a listener ioredis prints the error. It comes back to the caller through the command that failed.
  client.on('error', (error) => {
    trouble = error;
  });
  client.on('ready', () => {
    trouble = undefined;
  });
  return { client, trouble: () => trouble, close: () => client.disconnect() };
}
