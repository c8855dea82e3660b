import type { Redis } from 'ioredis';
import { expiredPair } from '../herd.js';

interface SharedPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

/** The account's pair in Redis, as one keeps it by hand. */
export async function createSharedPair(client: Redis, account: string) {
  const key = `pair:${account}`;
  const first: SharedPair = { ...expiredPair(account), expiresAt: Date.now() - 1_000 };
  await client.set(key, JSON.stringify(first), 'NX');
  return {
    read: async (): Promise<SharedPair> => JSON.parse((await client.get(key)) ?? 'null'),
    write: async (pair: Omit<SharedPair, 'expiresAt'>): Promise<void> => {
      await client.set(key, JSON.stringify({ ...pair, expiresAt: Date.now() + 86_400_000 }));
    },
  };
}

/** One call for all who ask while it runs. */
export function singleFlight(call: () => Promise<string>): () => Promise<string> {
  let running: Promise<string> | undefined;
  return () => {
    running ??= call().finally(() => {
      running = undefined;
    });
    return running;
  };
}
