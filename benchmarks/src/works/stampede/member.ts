import type { Services } from '../../harness/subject.js';

/** One process of a fleet, with the means to get an account's token. */
export interface Member {
  readonly getToken: () => Promise<unknown>;
  readonly close: () => Promise<void> | void;
}

/** Makes a member that knows the account's first pair, and that its access token has run out. */
export type MakeMember = (services: Services, account: string) => Member | Promise<Member>;

/** By the name under which a process of its own asks for one. */
export const members = {
  'tt-oauth': async () => (await import('./members/tt-oauth.js')).inMemory,
  'tt-oauth-redis': async () => (await import('./members/tt-oauth.js')).onRedis,
  'google-auth-library': async () => (await import('./members/google-auth-library.js')).make,
  'simple-oauth2': async () => (await import('./members/simple-oauth2.js')).make,
  'single-flight': async () => (await import('./members/single-flight.js')).make,
  'redis-semaphore': async () => (await import('./members/redis-semaphore.js')).make,
  'set-nx': async () => (await import('./members/set-nx.js')).make,
} satisfies Record<string, () => Promise<MakeMember>>;

export type MemberName = keyof typeof members;
