/**
 * What the store uses of an ioredis `Redis` or `Cluster`, and nothing more, so that a client of either major version and
 * of another installed copy fits.
 */
export interface RedisClient {
  get(key: string): Promise<unknown>;
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  /** A client of its own for the same place; the store closes it. A `Cluster` takes no options in this place. */
  duplicate(options?: object): RedisDuplicate;
  on(event: 'ready', listener: () => void): unknown;
  on(event: 'error' | 'node error', listener: (error: Error) => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
  off(event: 'error' | 'node error', listener: (error: Error) => void): unknown;
  readonly status?: string;
  /** Of a `Redis`: where it writes to, once it has been connected. */
  readonly stream?: { cork(): void; uncork(): void } | undefined;
  readonly options?: {
    /** ioredis puts it before key names, and not before channel names. */
    readonly keyPrefix?: string | undefined;
    readonly db?: number | undefined;
    /** Of a `Cluster`: changes are told by sharded publish/subscribe. */
    readonly shardedSubscribers?: boolean | undefined;
    readonly enableAutoPipelining?: boolean | undefined;
    readonly autoPipeliningIgnoredCommands?: string[] | undefined;
    /** Of a `Cluster`: which nodes are asked what only reads; `'master'`, or something of which the store knows nothing. */
    readonly scaleReads?: unknown;
    /** Of a node. */
    readonly host?: string | undefined;
    readonly port?: number | undefined;
  };
  /** A `Cluster` has these three, a `Redis` none of them. */
  nodes?(role: 'master'): readonly RedisClient[];
  /** By slot: the `host:port` of its master, then of its replicas. */
  readonly slots?: readonly (readonly string[] | undefined)[];
  /** Asks the nodes anew who has which slots. */
  refreshSlotsCache?(): void;
}

/** What the store uses of a connection of its own: to hear of changes, or to wait for replicas. */
export interface RedisDuplicate {
  pipeline(commands: string[][]): { exec(): Promise<readonly (readonly [Error | null, unknown])[] | null> };
  psubscribe(pattern: string): Promise<unknown>;
  ssubscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  on(event: 'pmessage', listener: (pattern: string, channel: string, message: string) => void): unknown;
  on(event: 'smessage', listener: (channel: string, message: string) => void): unknown;
  on(event: 'close' | 'end' | 'moved', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  disconnect(): void;
}

/** A `Cluster`. */
export type RedisCluster = RedisClient & Required<Pick<RedisClient, 'nodes' | 'slots' | 'refreshSlotsCache'>>;

/** Whether it is a `Cluster`, of whichever installed copy of ioredis. */
export function isCluster(client: RedisClient): client is RedisCluster {
  return typeof client.nodes === 'function';
}

/**
 * Whether a plain GET is sent to the master of its key, on its own. A cluster client that reads from replicas does so for
 * everything but scripts; one that pipelines by itself fails what it has put together when a slot moves meanwhile.
 */
export function readsFromMasters(client: RedisClient): boolean {
  const { scaleReads, enableAutoPipelining = false } = client.options ?? {};
  return !isCluster(client) || (scaleReads === 'master' && !enableAutoPipelining);
}
