export {
  createRedisTokenStore,
  type RedisTokenStore,
  type RedisTokenStoreOptions,
} from './create-redis-token-store.js';
export type { UserIdOptions } from './hidden-user-ids.js';
export type { RedisClient, RedisDuplicate } from './redis-client.js';
export type { ReencryptFailure, ReencryptOptions, ReencryptProgress, ReencryptReport } from './reencrypt-all.js';
