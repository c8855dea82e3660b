import { startRedis } from '@tt/tooling/redis';
import type { Comparison } from '../../work.js';

const METHOD = { kind: 'burst', compared: 'bytes' } as const;
const STORE = '@tt/token-store-redis';

export const memory: Comparison = {
  kind: 'comparison',
  name: 'memory',
  title: 'Memory',
  about: `What an account takes with tokens of TikTok's sizes: in a process, of which the heap is looked at after a collection
before and after 10,000 accounts; and in Redis, by its \`used_memory\`, key names and indexes included.`,
  cases: [
    {
      name: 'in a process',
      method: METHOD,
      contenders: [
        {
          name: '@tt/oauth, a cached account',
          role: 'ours',
          packages: ['@tt/oauth'],
          load: async () => (await import('./in-process.js')).cache,
        },
        {
          name: `@tt/oauth on ${STORE}, a cached account`,
          role: 'ours',
          packages: [],
          note: 'with the record that the store keeps decrypted.',
          load: async () => (await import('./in-process.js')).cacheOverRedis,
        },
        {
          name: 'MemoryTokenStore',
          role: 'ours',
          packages: [],
          load: async () => (await import('./in-process.js')).memoryStore,
        },
        {
          name: 'objects in a Map',
          role: 'floor',
          packages: [],
          note: 'all eight fields; the cache has no refresh token.',
          load: async () => (await import('./in-process.js')).byHand,
        },
      ],
      columns: ['bytes'],
      aims: [],
    },
    {
      name: 'in Redis',
      method: METHOD,
      contenders: [
        {
          name: `${STORE}, encrypted`,
          role: 'ours',
          packages: [STORE],
          load: async () => (await import('./in-redis.js')).inStore('sealed'),
        },
        {
          name: `${STORE}, encrypted, hidden user ids`,
          role: 'ours',
          packages: [],
          load: async () => (await import('./in-redis.js')).inStore('hidden'),
        },
        {
          name: `${STORE}, plain`,
          role: 'ours',
          packages: [],
          load: async () => (await import('./in-redis.js')).inStore('plain'),
        },
        {
          name: 'JSON of the fields',
          role: 'floor',
          packages: ['ioredis'],
          note: 'SET alone: no version, no index of what is due.',
          load: async () => (await import('./in-redis.js')).byHand,
        },
      ],
      columns: ['bytes'],
      aims: [],
    },
  ],
  async serve() {
    const server = await startRedis();
    return { services: { redis: server.url }, stop: () => server.stop() };
  },
};
