// @ts-check
/**
 * @typedef {import('./redis/server.js').RedisServer} RedisServer
 * @typedef {import('./redis/start-redis-cluster.js').RedisCluster} RedisCluster
 * @typedef {import('./redis/start-redis-sentinel.js').RedisSentinel} RedisSentinel
 */
export { findRedisServer } from './redis/find-redis-server.js';
export { startRedis } from './redis/start-redis.js';
export { startRedisCluster } from './redis/start-redis-cluster.js';
export { startRedisSentinel } from './redis/start-redis-sentinel.js';
