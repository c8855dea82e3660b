import { Redis } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import type { Services } from '../../../harness/subject.js';
import { createRefresh } from '../by-hand-client.js';
import type { Member } from '../member.js';
import { createSharedPair, singleFlight } from './shared-pair.js';

/** One caller of each process takes the mutex, reads again, and refreshes if nobody has. */
export async function make(services: Services, account: string): Promise<Member> {
  const client = new Redis(services.redis ?? '');
  const { refresh, close } = createRefresh(services);
  const pair = await createSharedPair(client, account);
  const token = singleFlight(async () => {
    const seen = await pair.read();
    if (seen.expiresAt > Date.now()) return seen.accessToken;
    const mutex = new Mutex(client, account);
    await mutex.acquire();
    try {
      const current = await pair.read();
      if (current.expiresAt > Date.now()) return current.accessToken;
      const next = await refresh(current.refreshToken);
      await pair.write(next);
      return next.accessToken;
    } finally {
      await mutex.release();
    }
  });
  return {
    getToken: token,
    close: () => {
      close();
      client.disconnect();
    },
  };
}
