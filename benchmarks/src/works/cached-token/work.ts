import { BEST_PEER, type Comparison } from '../../work.js';

const OURS = '@tt/oauth';
const FLOOR = 'Map.get and a compare, awaited';

export const cachedToken: Comparison = {
  kind: 'comparison',
  name: 'cached-token',
  title: 'getValidToken from the cache',
  about: `The access token of an account whose token is in memory and valid, its await included: what stands before every call of
an API. Who has many accounts looks for the right one; the peers hold one.`,
  cases: [
    {
      name: 'a valid token in memory',
      method: { kind: 'calls' },
      contenders: [
        { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-oauth.js')).cached },
        {
          name: 'google-auth-library',
          role: 'peer',
          packages: ['google-auth-library'],
          note: 'one account an instance.',
          load: async () => (await import('./google-auth-library.js')).cached,
        },
        {
          name: 'simple-oauth2',
          role: 'peer',
          packages: ['simple-oauth2'],
          note: 'one account an object.',
          load: async () => (await import('./simple-oauth2.js')).cached,
        },
        { name: FLOOR, role: 'floor', packages: [], load: async () => (await import('./by-hand.js')).asynchronous },
        {
          name: 'Map.get and a compare, without await',
          role: 'floor',
          packages: [],
          note: 'could not refresh where that is due.',
          load: async () => (await import('./by-hand.js')).synchronous,
        },
      ],
      aims: [
        { kind: 'at most', ours: OURS, times: 3, than: FLOOR, metric: 'time' },
        { kind: 'faster', ours: OURS, times: 1, than: BEST_PEER, metric: 'time' },
        { kind: 'limit', ours: OURS, most: 9_990, metric: 'p99' },
      ],
    },
  ],
};
