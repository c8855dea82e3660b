import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** Installing Redis, where it is missing, takes its time. */
const START_WITHIN_MS = 240_000;

/**
 * Gives a test file a Redis of its own and a client to look into it, emptied before each test.
 *
 * @param take Called once, before the first test.
 */
export function useRedis(take: (own: { readonly server: RedisServer; readonly redis: Redis }) => void): void {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    take({ server, redis });
  }, START_WITHIN_MS);

  beforeEach(async () => {
    await redis.flushall();
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
}
