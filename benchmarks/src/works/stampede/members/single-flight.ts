import type { Services } from '../../../harness/subject.js';
import { createRefresh } from '../by-hand-client.js';
import { expiredPair } from '../herd.js';
import type { Member } from '../member.js';
import { singleFlight } from './shared-pair.js';

/** Nothing but a promise that everybody shares. */
export function make(services: Services, account: string): Member {
  const { refresh, close } = createRefresh(services);
  let held = { ...expiredPair(account), expiresAt: Date.now() - 1_000 };
  const renewed = singleFlight(async () => {
    held = { ...(await refresh(held.refreshToken)), expiresAt: Date.now() + 86_400_000 };
    return held.accessToken;
  });
  return { getToken: async () => (held.expiresAt > Date.now() ? held.accessToken : renewed()), close };
}
