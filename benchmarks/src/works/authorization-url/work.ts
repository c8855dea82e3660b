import { BEST_PEER, type Comparison } from '../../work.js';

const METHOD = { kind: 'calls' } as const;
const OURS = '@tt/oauth';
const HEX = '@tt/oauth, hex';
const BASE64URL = '@tt/oauth, base64url';

const openidClient = { name: 'openid-client', role: 'peer', packages: ['openid-client'] } as const;

export const authorizationUrl: Comparison = {
  kind: 'comparison',
  name: 'authorization-url',
  title: 'Authorization URL',
  about: `The URL of the consent page as a text, with a new random state, as each visitor of a sign-in page costs one. A library
that makes no state gets \`randomBytes(32)\` in hex, one that gives a \`URL\` is asked for its text. The parameters are looked at
before and after measuring; with PKCE the challenge must be that of the verifier.`,
  cases: [
    {
      name: 'state only',
      method: METHOD,
      contenders: [
        { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-oauth.js')).stateOnly },
        {
          name: 'google-auth-library',
          role: 'peer',
          packages: ['google-auth-library'],
          note: 'has `client_id`, which TikTok refuses.',
          load: async () => (await import('./google-auth-library.js')).stateOnly,
        },
        {
          ...openidClient,
          note: 'adds `client_id` to what it is told.',
          load: async () => (await import('./openid-client.js')).stateOnly,
        },
        {
          name: 'simple-oauth2',
          role: 'peer',
          packages: ['simple-oauth2'],
          load: async () => (await import('./simple-oauth2.js')).stateOnly,
        },
        {
          name: "Better Auth's TikTok provider",
          role: 'peer',
          packages: ['@better-auth/core'],
          note: 'alone; the server around it is not measured.',
          load: async () => (await import('./better-auth.js')).stateOnly,
        },
        {
          name: 'randomness and concatenation',
          role: 'floor',
          packages: [],
          note: 'asks the system for each state; ours draws from a pool of 4 KiB.',
          load: async () => (await import('./by-hand.js')).stateOnly,
        },
      ],
      aims: [{ kind: 'faster', ours: OURS, times: 4, than: BEST_PEER, metric: 'time' }],
    },
    {
      name: 'with PKCE',
      method: METHOD,
      contenders: [
        { name: HEX, role: 'ours', packages: [OURS], load: async () => (await import('./tt-oauth.js')).pkceHex },
        {
          name: BASE64URL,
          role: 'ours',
          packages: [],
          load: async () => (await import('./tt-oauth.js')).pkceBase64url,
        },
        {
          name: 'arctic',
          role: 'peer',
          packages: ['arctic'],
          load: async () => (await import('./arctic.js')).pkce,
        },
        {
          name: 'passport-tiktok-auth',
          role: 'peer',
          packages: ['passport-tiktok-auth'],
          note: 'with what passport does for each request, and a session that is an object.',
          load: async () => (await import('./passport-tiktok-auth.js')).pkce,
        },
        { ...openidClient, load: async () => (await import('./openid-client.js')).pkce },
        {
          name: 'randomness, one hash and concatenation',
          role: 'floor',
          packages: [],
          load: async () => (await import('./by-hand.js')).pkce,
        },
      ],
      aims: [{ kind: 'faster', ours: HEX, times: 8, than: BEST_PEER, metric: 'time' }],
    },
  ],
};
