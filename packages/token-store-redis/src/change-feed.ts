import type { StoreEvent } from '@tt/oauth';
import type { KeyLayout } from './key-layout.js';
import type { RedisSubscriber } from './redis-client.js';

type Listener = (event: StoreEvent) => void;

type Feed =
  | { readonly state: 'idle' }
  | { readonly state: 'down'; readonly subscriber: RedisSubscriber }
  | { readonly state: 'up'; readonly subscriber: RedisSubscriber };

/**
 * Hears of changes on a connection of its own, which is there as long as somebody listens: a connection that subscribes
 * can do nothing else.
 *
 * Every node of a cluster hears every plain message. Sharded publish/subscribe (SPUBLISH, one subscription per shard
 * that matters) goes here and into the scripts; a channel's name already has the hash tag of its shard.
 */
export class ChangeFeed {
  readonly #connect: () => RedisSubscriber;
  readonly #layout: KeyLayout;
  readonly #listeners = new Set<{ readonly hear: Listener }>();
  #feed: Feed = { state: 'idle' };

  constructor(connect: () => RedisSubscriber, layout: KeyLayout) {
    this.#connect = connect;
    this.#layout = layout;
  }

  /** Hears until the returned function is called. A listener that joins while the feed is up is told `'up'` at once. */
  watch(hear: Listener): () => void {
    const entry = { hear };
    if (this.#feed.state === 'idle') this.#start();
    this.#listeners.add(entry);
    if (this.#feed.state === 'up') tell(hear, 'up');
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** Tells everybody `'down'` if it was up, and ends the connection. */
  close(): void {
    const wasUp = this.#feed.state === 'up';
    this.#stop();
    if (wasUp) this.#tellAll('down');
    this.#listeners.clear();
  }

  #start(): void {
    const subscriber = this.#connect();
    const pattern = this.#layout.channelPattern;
    this.#feed = { state: 'down', subscriber };
    const current = (): boolean => this.#feed.state !== 'idle' && this.#feed.subscriber === subscriber;

    const subscribe = (): void => {
      subscriber.psubscribe(pattern).then(
        () => {
          if (!current() || this.#feed.state === 'up') return;
          this.#feed = { state: 'up', subscriber };
          this.#tellAll('up');
        },
        // Not connected; every connection that gets ready subscribes anew.
        () => undefined,
      );
    };
    subscriber.on('error', () => undefined);
    subscriber.on('ready', subscribe);
    subscriber.on('close', () => {
      if (!current() || this.#feed.state !== 'up') return;
      this.#feed = { state: 'down', subscriber };
      this.#tellAll('down');
    });
    subscriber.on('pmessage', (_pattern, _channel, message) => {
      const event = this.#parse(message);
      if (current() && event !== null) this.#tellAll(event);
    });
    // A lazy connection waits for its first command.
    subscribe();
  }

  #stop(): void {
    if (this.#feed.state !== 'idle') this.#feed.subscriber.disconnect();
    this.#feed = { state: 'idle' };
  }

  /** `null` where it is no message of ours: anybody may publish. */
  #parse(message: string): StoreEvent | null {
    const [member = '', version = ''] = message.split(' ');
    const key = this.#layout.accountOf(member);
    return key === null ? null : { key, version: version === '' ? null : version };
  }

  #tellAll(event: StoreEvent): void {
    for (const { hear } of [...this.#listeners]) tell(hear, event);
  }
}

/** One listener's mistake must not keep the others, or ioredis, from their work; nor may it go unseen. */
function tell(hear: Listener, event: StoreEvent): void {
  try {
    hear(event);
  } catch (error) {
    process.emitWarning(`A listener of TokenStore.watch threw: ${String(error)}`, { code: 'TT_STORE_LISTENER' });
  }
}
