import { startRedis } from '@tt/tooling/redis';
import { serveProgram } from '../../harness/serve-program.js';
import type { Aim, Comparison } from '../../work.js';
import { ANSWER_AFTER_MS } from './herd.js';

const METHOD = { kind: 'burst', compared: 'total' } as const;
const OURS = '@tt/oauth';
const OURS_REDIS = '@tt/oauth on @tt/token-store-redis';
const FLOOR = 'single flight by hand';
const SET_NX = 'SET NX and publish by hand';

const google = { name: 'google-auth-library', role: 'peer', packages: ['google-auth-library'] } as const;
const simple = {
  name: 'simple-oauth2',
  role: 'peer',
  packages: ['simple-oauth2'],
  note: 'every caller that finds the token expired refreshes; all but one are refused.',
} as const;

const one = async () => (await import('./one-process.js')).oneProcess;
const four = async () => (await import('./fleet.js')).fleet;

function flawless(ours: string): readonly Aim[] {
  return [
    { kind: 'limit', ours, most: 1, metric: 'requests' },
    { kind: 'limit', ours, most: 0, metric: 'stale' },
    { kind: 'limit', ours, most: 0, metric: 'failed' },
  ];
}

export const stampede: Comparison = {
  kind: 'comparison',
  name: 'stampede',
  title: 'Stampede',
  about: `1,000 callers at once want the token of one account, and its access token has run out. The server answers after
${ANSWER_AFTER_MS} ms, and refuses a refresh token that was used before, as TikTok does. Each
process has been through three such herds of other accounts. A caller that is
given a token that is not the newest, or an error, is counted.`,
  cases: [
    {
      name: 'in one process',
      method: METHOD,
      contenders: [
        { name: OURS, role: 'ours', packages: [OURS], load: async () => (await one())('tt-oauth') },
        { ...google, load: async () => (await one())('google-auth-library') },
        { ...simple, load: async () => (await one())('simple-oauth2') },
        { name: FLOOR, role: 'floor', packages: [], load: async () => (await one())('single-flight') },
      ],
      aims: [...flawless(OURS), { kind: 'at most', ours: OURS, times: 1.1, than: FLOOR, metric: 'total' }],
    },
    {
      name: 'in four processes on one Redis, 250 callers each',
      method: METHOD,
      contenders: [
        {
          name: OURS_REDIS,
          role: 'ours',
          packages: ['@tt/token-store-redis'],
          load: async () => (await four())('tt-oauth-redis'),
        },
        {
          name: 'single flight and redis-semaphore',
          role: 'peer',
          packages: ['redis-semaphore'],
          note: 'who waits asks again every 10 ms, its default.',
          load: async () => (await four())('redis-semaphore'),
        },
        {
          ...google,
          note: 'knows of no other process; three of four spend a refresh token that was spent.',
          load: async () => (await four())('google-auth-library'),
        },
        { ...simple, load: async () => (await four())('simple-oauth2') },
        {
          name: SET_NX,
          role: 'floor',
          packages: ['ioredis'],
          note: 'nothing may go wrong: no lease, no comparison, and a missed message is waited for without end.',
          load: async () => (await four())('set-nx'),
        },
      ],
      aims: [
        ...flawless(OURS_REDIS),
        { kind: 'at most', ours: OURS_REDIS, times: 1.1, than: SET_NX, metric: 'total' },
        { kind: 'limit', ours: OURS_REDIS, most: 25, metric: 'commands' },
      ],
    },
  ],
  async serve() {
    const redis = await startRedis();
    const { address, stop } = await serveProgram('token-server', [`${ANSWER_AFTER_MS}`]);
    return {
      services: { redis: redis.url, origin: `${address}` },
      stop: async () => {
        await stop();
        await redis.stop();
      },
    };
  },
};
