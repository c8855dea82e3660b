import { MemoryTokenStore } from '../memory-token-store.js';
import type { TikTokOAuthOptions } from '../oauth-options.js';
import { createTikTokOAuth, type TikTokOAuth } from '../tiktok-oauth.js';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, StoredRecord, TokenStore } from '../token-store.js';
import { quietLogger } from './quiet-logger.js';
import { aRecord } from './records.js';
import { type Reply, type ScriptedTikTok, startScriptedTikTok } from './scripted-tiktok.js';

const HOUR = 3_600_000;

/** Instants of a token that lived 24 h, seen `hours` before its end; negative for after it. */
export function hoursLeft(hours: number): Partial<TokenRecord> {
  const end = Date.now() + hours * HOUR;
  return { obtainedAt: end - 24 * HOUR, accessTokenExpiresAt: end, refreshTokenExpiresAt: end + 300 * 24 * HOUR };
}

export const expired = hoursLeft(-1);
/** Valid, and due for a refresh. */
export const due = hoursLeft(1);
export const fresh = hoursLeft(23);

/** A store whose methods a test may replace, and counts of what was asked of it. */
export type TestStore = { -readonly [Name in keyof TokenStore]: TokenStore[Name] };

export interface ConnectedAccount extends AsyncDisposable {
  readonly key: AccountKey;
  readonly tiktok: ScriptedTikTok;
  readonly store: TestStore;
  readonly oauth: TikTokOAuth;
  /** Another process on the same store. */
  another(options?: Partial<TikTokOAuthOptions>): TikTokOAuth;
  /** Writes the pair `act.old` / `rft.old` with these fields, whatever is there. */
  write(fields: Partial<TokenRecord>): Promise<void>;
  stored(): Promise<StoredRecord | null>;
  /** How often the store's method was called since the last time this was asked. */
  calls(method: 'get' | 'put' | 'acquire'): number;
}

/** The account `u1` with the pair `act.old` / `rft.old`, and a TikTok that answers as the test says. */
export async function connectedAccount(
  record: Partial<TokenRecord>,
  reply: (form: Readonly<Record<string, string>>, index: number) => Reply | Promise<Reply>,
  options: Partial<TikTokOAuthOptions> = {},
): Promise<ConnectedAccount> {
  const key = { clientKey: 'awclient', userId: 'u1' };
  const tiktok = await startScriptedTikTok(reply);
  const memory = new MemoryTokenStore();
  const counts = { get: 0, put: 0, acquire: 0 };
  const counted = <Arguments extends unknown[], Result>(
    name: keyof typeof counts,
    call: (...args: Arguments) => Result,
  ) => {
    return (...args: Arguments): Result => {
      counts[name] += 1;
      return call(...args);
    };
  };
  const store: TestStore = {
    get: counted('get', (at) => memory.get(at)),
    put: counted('put', (at, written, terms) => memory.put(at, written, terms)),
    acquire: counted('acquire', (at, terms) => memory.acquire(at, terms)),
    delete: (at) => memory.delete(at),
    watch: (listener) => memory.watch(listener),
    due: (terms) => memory.due(terms),
    close: () => memory.close(),
  };
  const opened: TikTokOAuth[] = [];
  const another = (more: Partial<TikTokOAuthOptions> = {}): TikTokOAuth => {
    const oauth = createTikTokOAuth({
      clientKey: key.clientKey,
      clientSecret: 'secret',
      redirectUri: 'http://localhost:3000/cb',
      apiBaseUrl: tiktok.url,
      store,
      logger: quietLogger(),
      policy: { timeoutMs: 1_000, retry: { baseDelayMs: 1 } },
      ...options,
      ...more,
    });
    opened.push(oauth);
    return oauth;
  };
  const write = async (fields: Partial<TokenRecord>): Promise<void> => {
    const found = await memory.get(key);
    const written = aRecord({ accessToken: 'act.old', refreshToken: 'rft.old', ...fields });
    await memory.put(key, written, { ifVersion: found?.version ?? null, expiresInMs: 1e12, dueAt: 0 });
  };
  await write(record);
  return {
    key,
    tiktok,
    store,
    oauth: another(),
    another,
    write,
    stored: () => memory.get(key),
    calls: (method) => {
      const count = counts[method];
      counts[method] = 0;
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      // A pair that still waits for the store is not what the test is about.
      store.put = (at, written, terms) => memory.put(at, written, terms);
      await Promise.all(opened.map((oauth) => oauth.close().catch(() => undefined)));
      await tiktok[Symbol.asyncDispose]();
    },
  };
}
