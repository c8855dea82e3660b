import type { RedisDuplicate } from './redis-client.js';
import type { SubscribingConnection } from './subscribing-connections.js';

interface SubscriptionEvents {
  /** It hears of every change from now on. */
  up(): void;
  message(text: string): void;
  /** Told once, and the last thing that is told. A new subscription has to take its place. */
  lost(): void;
}

export interface SubscriptionTimes {
  /** How long subscribing, and the answer to a ping, may take. */
  readonly timeoutMs: number;
  /** How long after an answer the next ping follows. */
  readonly pingIntervalMs: number;
}

/**
 * Hears of every change until something goes wrong on one of its connections, and then ends: what it is in the middle of
 * is never mended, so there is no state between hearing everything and hearing nothing.
 */
export class ChangeSubscription {
  readonly #events: SubscriptionEvents;
  readonly #times: SubscriptionTimes;
  readonly #connections: readonly SubscribingConnection[];
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(
    connections: readonly SubscribingConnection[],
    { events, ...times }: SubscriptionTimes & { readonly events: SubscriptionEvents },
  ) {
    this.#events = events;
    this.#times = times;
    this.#connections = connections;
    for (const { connection } of this.#connections) this.#listenTo(connection);
    this.#within(Promise.all(this.#connections.map(({ subscribe }) => subscribe())), () => {
      events.up();
      this.#pingLater();
    });
  }

  /** Ends it without a word. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    for (const { connection } of this.#connections) connection.disconnect();
  }

  #listenTo(connection: RedisDuplicate): void {
    const lost = (): void => this.#lost();
    const hear = (message: string): void => {
      if (!this.#over) this.#events.message(message);
    };
    connection.on('close', lost);
    // A slot moved on: ioredis 6 says so, ioredis 5 takes Redis' word for an answer that nobody asked for.
    connection.on('moved', lost);
    connection.on('error', lost);
    connection.on('pmessage', (_pattern, _channel, message) => hear(message));
    connection.on('smessage', (_channel, message) => hear(message));
  }

  /** D17: a connection can be dead without a word. Redis answers a ping on one that subscribes, too. */
  #pingLater(): void {
    if (this.#over) return;
    this.#timer = setTimeout(() => {
      this.#within(Promise.all(this.#connections.map(({ connection }) => connection.ping())), () => this.#pingLater());
    }, this.#times.pingIntervalMs);
  }

  #within(answers: Promise<unknown>, then: () => void): void {
    this.#timer = setTimeout(() => this.#lost(), this.#times.timeoutMs);
    answers.then(
      () => {
        if (this.#over) return;
        clearTimeout(this.#timer);
        then();
      },
      () => this.#lost(),
    );
  }

  #lost(): void {
    if (this.#over) return;
    this.end();
    this.#events.lost();
  }
}
