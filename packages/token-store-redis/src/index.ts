export {
  createRedisTokenStore,
  type RedisTokenStore,
  type RedisTokenStoreOptions,
} from './create-redis-token-store.js';
export type { RedisClient, RedisSubscriber } from './redis-client.js';
