import { type ControlAccess, connectToEmulator } from '@tt/emulator';
import { createTokenCipher } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { check, type Verdict } from '../checker/check.js';
import type { FinalState } from '../journal/entry.js';
import { fingerprint } from '../journal/fingerprint.js';
import { readJournals } from '../journal/journal.js';

/** What the program is started with. */
export interface CheckerSettings {
  readonly journals: string;
  readonly redisUrl: string;
  readonly control: ControlAccess;
  readonly clientKey: string;
  readonly encryptionKey: string;
  readonly userIds: readonly string[];
}

const settings = JSON.parse(process.argv[2] ?? '{}') as CheckerSettings;
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: settings.encryptionKey }] });
const store = createRedisTokenStore({ url: settings.redisUrl, cipher });
const tiktok = connectToEmulator(settings.control);
const states: FinalState[] = [];
for (const userId of settings.userIds) states.push(await stateOf(userId));
await store.close();
const verdict: Verdict = check(readJournals(settings.journals), states);
process.send?.(verdict, undefined, undefined, () => process.exit());

async function stateOf(userId: string): Promise<FinalState> {
  const found = await store.get({ clientKey: settings.clientKey, userId });
  if (found === null) return { userId, stored: null };
  const { refreshToken, signInNeeded } = found.record;
  const live = await tiktok.isLive(refreshToken);
  return { userId, stored: { refreshToken: fingerprint(refreshToken), live, mark: signInNeeded?.reason } };
}
