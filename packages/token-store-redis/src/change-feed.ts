import type { StoreEvent } from '@tt/oauth';
import { ChangeSubscription, type SubscriptionTimes } from './change-subscription.js';
import type { KeyLayout } from './key-layout.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { openSubscribingConnections } from './subscribing-connections.js';

type Listener = (event: StoreEvent) => void;

type Feed =
  | { readonly state: 'idle' }
  /** There is none at the moment: the next try is due. */
  | { readonly state: 'waiting'; readonly retry: NodeJS.Timeout }
  | { readonly state: 'down'; readonly subscription: ChangeSubscription }
  | { readonly state: 'up'; readonly subscription: ChangeSubscription };

interface ChangeFeedOptions extends SubscriptionTimes {
  readonly client: RedisClient;
  readonly layout: KeyLayout;
}

/** Between two subscriptions. The pause doubles from the first to the longest, and is the first again after an `up`. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Tells everybody who listens of every change, on one subscription for all, which is there as long as somebody does. */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #listeners = new Set<{ readonly hear: Listener }>();
  #feed: Feed = { state: 'idle' };
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
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
    const { client, layout, ...times } = this.#options;
    const connections = openSubscribingConnections(client, this.#options);
    if (connections === undefined) {
      this.#retryLater();
      return;
    }
    const subscription: ChangeSubscription = new ChangeSubscription(connections, {
      ...times,
      events: {
        up: () => {
          this.#feed = { state: 'up', subscription };
          this.#pauseMs = FIRST_PAUSE_MS;
          this.#tellAll('up');
        },
        message: (text) => {
          const event = parse(layout, text);
          if (event !== null) this.#tellAll(event);
        },
        lost: () => this.#lost(),
      },
    });
    this.#feed = { state: 'down', subscription };
  }

  #lost(): void {
    const wasUp = this.#feed.state === 'up';
    const { client } = this.#options;
    // A node that is gone may be why, and a cluster client without commands would not notice.
    if (isCluster(client)) client.refreshSlotsCache();
    this.#retryLater();
    if (wasUp) this.#tellAll('down');
  }

  #retryLater(): void {
    this.#feed = { state: 'waiting', retry: setTimeout(() => this.#start(), this.#pauseMs) };
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #stop(): void {
    if (this.#feed.state === 'waiting') clearTimeout(this.#feed.retry);
    else if (this.#feed.state !== 'idle') this.#feed.subscription.end();
    this.#feed = { state: 'idle' };
  }

  #tellAll(event: StoreEvent): void {
    for (const { hear } of [...this.#listeners]) tell(hear, event);
  }
}

/** `null` where it is no message of ours: anybody may publish. */
function parse(layout: KeyLayout, message: string): StoreEvent | null {
  const [account = '', version = ''] = message.split(' ');
  const key = layout.accountOf(account);
  return key === null ? null : { key, version: version === '' ? null : version };
}

/** One listener's mistake must not keep the others, or ioredis, from their work; nor may it go unseen. */
function tell(hear: Listener, event: StoreEvent): void {
  try {
    hear(event);
  } catch (error) {
    process.emitWarning(`A listener of TokenStore.watch threw: ${String(error)}`, { code: 'TT_STORE_LISTENER' });
  }
}
