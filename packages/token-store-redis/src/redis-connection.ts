import { Redis } from 'ioredis';
import type { RedisClient } from './redis-client.js';

/** The connection the store asks on, and whose it is. */
export interface RedisConnection {
  readonly client: RedisClient;
  /** Told that a call begins. */
  follow(): CallTrace;
  /** Ends it if the store opened it. */
  close(): void;
}

/** What can be known of one call from its connection. */
export interface CallTrace {
  /** By `performance.now()`. */
  readonly beganAt: number;
  /** Whether the call can have been sent by now. */
  canBeSent(): boolean;
  /** Why the call gets no answer, where the connection says so. */
  trouble(): Error | undefined;
}

/** The application's own client. The store leaves its settings and its end to the application. */
export function borrowConnection(client: RedisClient): RedisConnection {
  // Not 'error': ioredis prints errors that nobody listens to, and the application may count on that.
  const events = new ConnectionEvents(client, 'node error');
  return { client, follow: () => events.follow(), close: () => events.stop() };
}

/**
 * A connection of the store's own, made at its first command.
 *
 * @param options.timeoutMs How long connecting may take, in milliseconds.
 */
export function openConnection(url: string, { timeoutMs }: { readonly timeoutMs: number }): RedisConnection {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // ioredis keeps the process for this long when it ends a connection that is already dead.
    disconnectTimeout: 100,
    // A command whose connection died is sent once more, on the next one; one that finds Redis dead waits for one more
    // try. Longer queues would carry out, much later, what the caller has long given up.
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(50 * 2 ** (times - 1), 1_000),
    // While Redis loads its data ioredis asks this often whether it is done; a second is its own least.
    maxLoadingRetryTime: 100,
    // One that answers nothing any more is given up, and made anew: TCP alone may take a quarter of an hour to notice.
    // Later than our own time limit, which says more about the call.
    socketTimeout: 2 * timeoutMs,
    // The name may lead to another Redis by now, as behind a managed service. The script runner sends the call again:
    // ioredis would do so for ever.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
  });
  // Without a listener ioredis prints the error. It comes back to the caller through the command that failed.
  const events = new ConnectionEvents(client, 'error');
  return { client, follow: () => events.follow(), close: () => client.disconnect() };
}

/** What the store hears from a client about its connection. */
class ConnectionEvents {
  /** How often a connection was ready so far. */
  timesReady = 0;
  readonly #client: RedisClient;
  readonly #troubleEvent: 'error' | 'node error';
  #trouble: { readonly error: Error; readonly at: number } | undefined;

  constructor(client: RedisClient, troubleEvent: 'error' | 'node error') {
    this.#client = client;
    this.#troubleEvent = troubleEvent;
    client.on('ready', this.#onReady);
    client.on(troubleEvent, this.#onTrouble);
  }

  follow(): CallTrace {
    return new FollowedCall(this);
  }

  stop(): void {
    this.#client.off('ready', this.#onReady);
    this.#client.off(this.#troubleEvent, this.#onTrouble);
  }

  isReady(): boolean {
    const { status } = this.#client;
    // A client that does not say may well be.
    return status === undefined || status === 'ready';
  }

  /** A cluster is ready while one of its nodes is in trouble, so an old trouble need not be that of this call. */
  troubleSince(beganAt: number): Error | undefined {
    if (this.#trouble !== undefined && (!this.isReady() || this.#trouble.at >= beganAt)) return this.#trouble.error;
    if (this.isReady()) return undefined;
    const { status } = this.#client;
    return new Error(
      status === 'connect' ? 'connected, but not ready: it may be loading its data' : `the client is ${status}`,
    );
  }

  readonly #onReady = (): void => {
    this.#trouble = undefined;
    this.timesReady += 1;
  };

  readonly #onTrouble = (error: Error): void => {
    this.#trouble = { error, at: performance.now() };
  };
}

class FollowedCall implements CallTrace {
  readonly beganAt = performance.now();
  readonly #events: ConnectionEvents;
  readonly #wasReady: boolean;
  readonly #timesReady: number;

  constructor(events: ConnectionEvents) {
    this.#events = events;
    this.#wasReady = events.isReady();
    this.#timesReady = events.timesReady;
  }

  canBeSent(): boolean {
    // ioredis writes to a connection that is ready, and keeps everything else back until one is.
    return this.#wasReady || this.#events.timesReady !== this.#timesReady;
  }

  trouble(): Error | undefined {
    return this.#events.troubleSince(this.beganAt);
  }
}
