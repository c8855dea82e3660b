import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlAccess, connectToEmulator } from '@tt/emulator';
import { HTTP_CHANNEL, type TikTokHttpEvent } from '@tt/http';
import { createTikTokOAuth, createTokenCipher } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { Random } from '@tt/tooling/random';
import { now } from '../journal/clock.js';
import { Journal } from '../journal/journal.js';
import { CALL_HEADER } from '../tiktok/witness.js';
import { Callers, type Outcome } from '../worker/callers.js';
import { JournaledStore } from '../worker/journaled-store.js';

/** What the program is started with. */
export interface WorkerSettings {
  readonly name: string;
  readonly journals: string;
  readonly redisUrl: string;
  readonly apiBaseUrl: string;
  readonly control: ControlAccess;
  readonly client: { readonly clientKey: string; readonly clientSecret: string };
  readonly encryptionKey: string;
  readonly userIds: readonly string[];
  readonly seed: string;
}

/** What it may be told. Those with an `id` are answered when they are done. */
export type WorkerOrder =
  | { readonly kind: 'connect'; readonly id: number; readonly userIds: readonly string[] }
  /** So many callers at once; `at` that instant where it is given. */
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly userId: string;
      readonly callers: number;
      readonly at?: number;
    }
  | { readonly kind: 'sweep'; readonly id: number }
  /** Its clock goes ahead by so many milliseconds. */
  | { readonly kind: 'advance'; readonly id: number; readonly ms: number }
  | { readonly kind: 'hammer' }
  | { readonly kind: 'finish' };

/** What it says. */
export type WorkerWord =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly outcomes?: readonly Outcome[]; readonly error?: string };

/** Callers that are left are waited for: for a pair to land, for another process's refresh, and for one of its own. */
const FINISH_WITHIN_MS = 80_000;
/** One attempt, one call, and how long an open breaker stays open: shorter than usual, so that more happens in a minute. */
const POLICY = { timeoutMs: 2_000, deadlineMs: 15_000, breaker: { resetTimeout: 1_000 } };

const settings = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
const { name, client, userIds, seed } = settings;
const journal = new Journal(settings.journals, name);
const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => QUIET,
};
let aheadMs = 0;
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: settings.encryptionKey }] });
const store = createRedisTokenStore({ url: settings.redisUrl, cipher });
const oauth = createTikTokOAuth({
  ...client,
  redirectUri: 'https://app.example.com/auth/tiktok/callback',
  apiBaseUrl: settings.apiBaseUrl,
  store: new JournaledStore(store, journal),
  logger: QUIET,
  policy: POLICY,
  correlationIdHeader: CALL_HEADER,
  now: () => Date.now() + aheadMs,
});
const callers = new Callers({
  oauth,
  tiktok: connectToEmulator(settings.control),
  userIds,
  random: new Random(`${seed}/${name}`),
  journal,
});

subscribe(HTTP_CHANNEL, (message) => {
  const event = message as TikTokHttpEvent;
  if (event.operation !== 'token.refresh') return;
  const call = event.correlationId;
  const [userId = ''] = call.split('.');
  if (event.event === 'attempt_start') journal.note({ kind: 'sending', userId, call, attempt: event.attempt });
  if (event.event !== 'attempt_end') return;
  const { attempt, outcome, errorType, outcomeUnknown } = event;
  journal.note({ kind: 'heard', userId, call, attempt, outcome, errorType, outcomeUnknown });
});
for (const event of ['warning', 'unhandledRejection', 'uncaughtExceptionMonitor'] as const) {
  process.on(event, (error: unknown) => {
    journal.note({
      kind: 'unexpected',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  });
}
process.on('disconnect', () => process.exit());
process.on('message', (order: WorkerOrder) => void carryOut(order));
journal.note({ kind: 'started' });
say({ kind: 'ready' });

async function carryOut(order: WorkerOrder): Promise<void> {
  switch (order.kind) {
    case 'hammer':
      callers.hammer();
      return;
    case 'finish':
      await finish();
      return;
    default:
      await done(order.id, () => work(order));
  }
}

async function work(
  order: Exclude<WorkerOrder, { kind: 'hammer' | 'finish' }>,
): Promise<readonly Outcome[] | undefined> {
  switch (order.kind) {
    case 'connect':
      await callers.connect(order.userIds);
      return undefined;
    case 'sweep':
      await callers.sweep();
      return undefined;
    case 'advance':
      aheadMs += order.ms;
      return undefined;
    case 'ask': {
      if (order.at !== undefined) await sleep((order.at - now()) / 1_000);
      return Promise.all(Array.from({ length: order.callers }, () => callers.ask(order.userId)));
    }
  }
}

async function done(id: number, action: () => Promise<readonly Outcome[] | undefined>): Promise<void> {
  try {
    const outcomes = await action();
    say({ kind: 'done', id, ...(outcomes === undefined ? {} : { outcomes }) });
  } catch (error) {
    say({ kind: 'done', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function finish(): Promise<void> {
  const impatience = new AbortController();
  await Promise.race([
    callers.end(),
    sleep(FINISH_WITHIN_MS, undefined, { signal: impatience.signal }).catch(() => undefined),
  ]);
  impatience.abort();
  const unsaved = await oauth.close().then(() => [], unsavedOf);
  await store.close();
  journal.note({ kind: 'closed', unsaved, openCalls: callers.openCalls });
  process.exit(0);
}

/** The users that `close()` names because their tokens were never stored (D5). */
function unsavedOf(error: unknown): string[] {
  const message = error instanceof AggregateError ? error.message : '';
  return userIds.filter((userId) => message.includes(JSON.stringify(userId)));
}

function say(word: WorkerWord): void {
  process.send?.(word);
}
