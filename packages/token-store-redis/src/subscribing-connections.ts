import type { KeyLayout } from './key-layout.js';
import { keySlot } from './key-slot.js';
import { isCluster, type RedisClient, type RedisCluster, type RedisDuplicate } from './redis-client.js';

/** One of the connections that together hear of every change. */
export interface SubscribingConnection {
  readonly connection: RedisDuplicate;
  /** Resolves once it hears what it should. */
  subscribe(): Promise<unknown>;
}

interface SubscribingOptions {
  readonly layout: KeyLayout;
  /** How long connecting may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Opens the connections on which every change is heard: one, or one to each master of a cluster where the client has
 * sharded publish/subscribe on. Of the store's own, as a connection that subscribes can do nothing else, and a `Cluster`
 * of ioredis does not say when the one it subscribes on breaks. Undefined where the cluster is not known yet.
 */
export function openSubscribingConnections(
  client: RedisClient,
  options: SubscribingOptions,
): readonly SubscribingConnection[] | undefined {
  if (!isCluster(client)) return [hearingAll(client, options)];
  // One that connects at its first command is woken by this.
  if (client.status === 'wait') client.ping().catch(() => undefined);
  if (client.status !== 'ready') return undefined;
  return publishesSharded(client) ? hearingTheirShards(client, options) : hearingOnAnyNode(client, options);
}

/** Whether changes are published to the shard of the account alone. All processes have to do it alike. */
export function publishesSharded(client: RedisClient): boolean {
  return isCluster(client) && client.options?.shardedSubscribers === true;
}

/** Each node passes plain messages on to all the others. */
function hearingOnAnyNode(
  cluster: RedisCluster,
  options: SubscribingOptions,
): readonly SubscribingConnection[] | undefined {
  const masters = cluster.nodes('master');
  const node = masters[Math.floor(Math.random() * masters.length)];
  return node && [hearingAll(node, options)];
}

function hearingAll(node: RedisClient, { layout, timeoutMs }: SubscribingOptions): SubscribingConnection {
  const connection = open(node, timeoutMs);
  return { connection, subscribe: () => connection.psubscribe(layout.channelPattern) };
}

/** There are no patterns of shard channels, so each channel is named to the master of its slot. */
function hearingTheirShards(
  cluster: RedisCluster,
  { layout, timeoutMs }: SubscribingOptions,
): readonly SubscribingConnection[] | undefined {
  const masters = new Map(cluster.nodes('master').map((node) => [addressOf(node), node]));
  const channelsOf = new Map<RedisClient, string[]>();
  for (const channel of layout.channels) {
    const [address = ''] = cluster.slots[keySlot(channel)] ?? [];
    const master = masters.get(address);
    if (master === undefined) return undefined;
    const channels = channelsOf.get(master);
    if (channels === undefined) channelsOf.set(master, [channel]);
    else channels.push(channel);
  }
  return [...channelsOf].map(([master, channels]) => {
    const connection = open(master, timeoutMs);
    return { connection, subscribe: () => Promise.all(channels.map((channel) => connection.ssubscribe(channel))) };
  });
}

function addressOf({ options }: RedisClient): string {
  return `${options?.host}:${options?.port}`;
}

/** Whatever the application has set for its client: this connection is given up, and replaced, when it breaks. */
function open(node: RedisClient, timeoutMs: number): RedisDuplicate {
  return node.duplicate({
    enableOfflineQueue: true,
    connectTimeout: timeoutMs,
    // ioredis keeps the process for this long when it ends a connection that is already dead.
    disconnectTimeout: 100,
    // ioredis puts it before shard channels, and not before others.
    keyPrefix: '',
  });
}
