import { type ControlAccess, createEmulator } from '@tt/emulator';
import { Journal } from '../journal/journal.js';
import { type StrikeOrder, Strikes } from '../tiktok/strikes.js';
import { Witness } from '../tiktok/witness.js';

/** What the program is started with. */
export interface TikTokSettings {
  readonly journals: string;
  readonly userIds: readonly string[];
  readonly accessTokenSeconds: number;
  readonly seed: string;
}

/** What it may be told. */
export type TikTokOrder =
  | { readonly kind: 'open'; readonly process: string }
  | ({ readonly kind: 'strike' } & StrikeOrder)
  | { readonly kind: 'disarm' };

/** What it says. */
export type TikTokWord =
  | {
      readonly kind: 'ready';
      readonly control: ControlAccess;
      readonly client: { readonly clientKey: string; readonly clientSecret: string };
    }
  | { readonly kind: 'opened'; readonly process: string; readonly port: number }
  | { readonly kind: 'disarmed' }
  | { readonly kind: 'struck'; readonly process: string; readonly signal: StrikeOrder['signal'] };

const { journals, userIds, accessTokenSeconds, seed } = JSON.parse(process.argv[2] ?? '{}') as TikTokSettings;
const [first = 'nobody', ...others] = userIds;
const person = (username: string) => ({ displayName: `Person ${username}`, username });
const emulator = await createEmulator({
  users: [person(first), ...others.map(person)],
  lifetimes: { accessTokenSeconds },
  rotation: 'always',
  seed,
  control: true,
});
const [{ clientKey, clientSecret }] = emulator.clients;
if (emulator.control === undefined) throw new Error('the emulator was started without control');

const names = new Map(emulator.users.map(({ username, openIds }) => [openIds[clientKey], username]));
const journal = new Journal(journals, 'tiktok');
const say = (word: TikTokWord): void => void process.send?.(word);
const strikes = new Strikes(journal, ({ process, signal }) => say({ kind: 'struck', process, signal }));
const witness = new Witness({
  url: emulator.url,
  isLive: (token) => emulator.isLive(token),
  userOf: (openId) => names.get(openId),
  journal,
  strikes,
});

process.on('message', (order: TikTokOrder) => {
  switch (order.kind) {
    case 'open':
      void witness.open(order.process).then((port) => say({ kind: 'opened', process: order.process, port }));
      break;
    case 'strike':
      strikes.add(order);
      break;
    case 'disarm':
      strikes.disarm();
      say({ kind: 'disarmed' });
      break;
  }
});
process.on('disconnect', () => process.exit());
say({ kind: 'ready', control: emulator.control, client: { clientKey, clientSecret } });
