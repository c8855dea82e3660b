import { Redis } from 'ioredis';
import type { Services } from '../../../harness/subject.js';
import { createRefresh } from '../by-hand-client.js';
import type { Member } from '../member.js';
import { createSharedPair, singleFlight } from './shared-pair.js';

/**
 * The least that works while nothing goes wrong: who sets the key refreshes and tells the others, who hear it. No lease is
 * extended, no write compared, and whoever misses the message waits for ever.
 */
export async function make(services: Services, account: string): Promise<Member> {
  const client = new Redis(services.redis ?? '');
  const ears = new Redis(services.redis ?? '');
  const { refresh, close } = createRefresh(services);
  const pair = await createSharedPair(client, account);
  const told = new Promise<string>((resolve) => {
    ears.on('message', (_channel, token) => resolve(token));
  });
  await ears.subscribe(`renewed:${account}`);
  const token = singleFlight(async () => {
    const seen = await pair.read();
    if (seen.expiresAt > Date.now()) return seen.accessToken;
    if ((await client.set(`lock:${account}`, '1', 'PX', 15_000, 'NX')) === null) return told;
    const next = await refresh(seen.refreshToken);
    await pair.write(next);
    await client.publish(`renewed:${account}`, next.accessToken);
    return next.accessToken;
  });
  return {
    getToken: token,
    close: () => {
      close();
      ears.disconnect();
      client.disconnect();
    },
  };
}
