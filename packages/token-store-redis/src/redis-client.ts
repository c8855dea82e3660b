/**
 * What the store uses of an ioredis `Redis` or `Cluster`, and nothing more, so that a client of either major version and
 * of another installed copy fits.
 */
export interface RedisClient {
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** A connection of its own to the same place; the store closes it. */
  duplicate(): RedisSubscriber;
  readonly options?: {
    /** ioredis puts it before key names, and not before channel names. */
    readonly keyPrefix?: string | undefined;
    readonly db?: number | undefined;
  };
}

/** What the store uses of the connection on which it hears of changes. */
export interface RedisSubscriber {
  psubscribe(pattern: string): Promise<unknown>;
  on(event: 'pmessage', listener: (pattern: string, channel: string, message: string) => void): unknown;
  on(event: 'ready' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  disconnect(): void;
}
