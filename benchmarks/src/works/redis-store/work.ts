import { startRedis } from '@tt/tooling/redis';
import type { Aim, Case, Comparison, Contender } from '../../work.js';

const OURS = '@tt/token-store-redis';
const OURS_FIRST = '@tt/token-store-redis, 12,000 accounts in turn';
const GET = 'ioredis GET';
const EVALSHA = 'ioredis EVALSHA';

const connectRedis = { name: 'connect-redis', role: 'peer', packages: ['connect-redis', 'redis'] } as const;
const keyv = { name: '@keyv/redis', role: 'peer', packages: ['@keyv/redis', 'keyv'] } as const;
const shopify = {
  name: "Shopify's session storage",
  role: 'peer',
  packages: ['@shopify/shopify-app-session-storage-redis'],
} as const;

const readPlain: readonly Contender[] = [
  { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-store.js')).readPlain },
  { ...connectRedis, load: async () => (await import('./connect-redis.js')).read },
  { ...keyv, load: async () => (await import('./keyv.js')).read },
  { ...shopify, load: async () => (await import('./shopify.js')).read },
  {
    name: GET,
    role: 'floor',
    packages: ['ioredis'],
    note: 'of the same text; nothing is parsed.',
    load: async () => (await import('./ioredis.js')).getPlain,
  },
];

const readSealed: readonly Contender[] = [
  {
    name: OURS,
    role: 'ours',
    packages: [OURS],
    note: 'of 1,000 accounts in turn, which it keeps opened; it asks Redis each time, and decrypts what has changed.',
    load: async () => (await import('./tt-store.js')).readSealed,
  },
  {
    name: OURS_FIRST,
    role: 'ours',
    packages: [],
    note: 'more than it keeps opened, so that each read decrypts.',
    load: async () => (await import('./tt-store.js')).readSealedOfMany,
  },
  {
    name: GET,
    role: 'floor',
    packages: ['ioredis'],
    note: 'of the same text; nothing is decrypted or parsed.',
    load: async () => (await import('./ioredis.js')).getSealed,
  },
];

const writePlain: readonly Contender[] = [
  { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-store.js')).writePlain },
  { ...connectRedis, note: 'SET alone.', load: async () => (await import('./connect-redis.js')).write },
  { ...keyv, note: 'SET alone.', load: async () => (await import('./keyv.js')).write },
  {
    ...shopify,
    note: 'two keys, the session and the list of its shop, and no comparison.',
    load: async () => (await import('./shopify.js')).write,
  },
  {
    name: EVALSHA,
    role: 'floor',
    packages: ['ioredis'],
    note: 'of a script that compares, writes, puts into an index and tells, as ours does.',
    load: async () => (await import('./ioredis.js')).compareAndSetPlain,
  },
  {
    name: 'ioredis SET',
    role: 'floor',
    packages: ['ioredis'],
    note: 'of the JSON, and none of the rest.',
    load: async () => (await import('./ioredis.js')).set,
  },
];

const writeSealed: readonly Contender[] = [
  { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-store.js')).writeSealed },
  {
    name: EVALSHA,
    role: 'floor',
    packages: ['ioredis'],
    note: 'of the same script with a text as long as the encrypted one; nothing is encrypted.',
    load: async () => (await import('./ioredis.js')).compareAndSetSealed,
  },
];

function atMost(times: number, ours: string, than: string): Aim {
  return { kind: 'at most', ours, times, than, metric: 'time' };
}

function oneAndMany(name: string, contenders: readonly Contender[], aims: readonly Aim[]): readonly Case[] {
  return [1, 100].map((inFlight) => ({
    name: `${name}, ${inFlight === 1 ? 'one at a time' : `${inFlight} at once`}`,
    method: { kind: 'requests', inFlight, compared: 'time' },
    contenders,
    aims,
  }));
}

export const redisStore: Comparison = {
  kind: 'comparison',
  name: 'redis-store',
  title: 'Redis store',
  about: `Token records of TikTok's sizes in a Redis of this machine, read, and written over the last version as a refresh
does. The encrypted tables have no peers, since none of them encrypts. Time and processor time are those of one call.`,
  cases: [
    ...oneAndMany('read, plain', readPlain, [atMost(1.2, OURS, GET)]),
    ...oneAndMany('read, encrypted', readSealed, [atMost(1.5, OURS, GET), atMost(1.5, OURS_FIRST, GET)]),
    ...oneAndMany('refresh-write, plain', writePlain, []),
    ...oneAndMany('refresh-write, encrypted', writeSealed, []),
  ],
  async serve() {
    const server = await startRedis();
    const { fill } = await import('./tt-store.js');
    await fill(server.url);
    return { services: { redis: server.url }, stop: () => server.stop() };
  },
};
