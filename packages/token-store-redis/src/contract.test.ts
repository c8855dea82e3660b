import type { RedisServer } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { createRedisTokenStore } from './create-redis-token-store.js';
import { describeRedisContract } from './testing/contract.js';
import { startProxy } from './testing/proxy.js';
import { useRedis } from './testing/redis.js';

let server: RedisServer;

useRedis((own) => {
  ({ server } = own);
});

describeRedisContract('the Redis token store, by URL', {
  connect: async (own) => {
    const proxy = await startProxy(server.port);
    return {
      store: createRedisTokenStore({ url: proxy.url, ...own }),
      second: createRedisTokenStore({ url: server.url, ...own }),
      proxy,
      end: () => proxy.close(),
    };
  },
  faults: {
    outage: ({ proxy }) => {
      proxy.leadTo(1);
      proxy.cut();
    },
    loseNextAnswer: ({ proxy }) => proxy.loseNextAnswer(),
    dropConnections: ({ proxy }) => proxy.cut(),
  },
});

describeRedisContract('the Redis token store in plain text, on one client of the application with a prefix', {
  connect: ({ keyPrefix }) => {
    const client = new Redis(server.url, { keyPrefix: 'app:' });
    const open = () => createRedisTokenStore({ client, keyPrefix, plaintext: true });
    return { store: open(), second: open(), end: () => client.disconnect() };
  },
});
