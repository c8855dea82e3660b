import { createRecordCodec, type RecordCodecOptions, type TokenStore } from '@tt/oauth';
import { HiddenUserIds, type UserIdOptions } from './hidden-user-ids.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { borrowConnection, openConnection, type RedisConnection } from './redis-connection.js';
import { RedisTokenStore as Store } from './redis-token-store.js';
import type { ReencryptOptions, ReencryptReport } from './reencrypt-all.js';
import type { WaitForReplicas } from './replica-confirmation.js';

interface CommonOptions {
  /**
   * What the store's key names begin with; stores with different prefixes do not see each other. 1 to 64 characters of
   * `A-Z a-z 0-9 . _ : / -`. Default: `tt`.
   */
  readonly keyPrefix?: string | undefined;
  /**
   * How long Redis may take to answer one call, connecting included, in milliseconds. Default: 3,000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How often the connection that hears of changes is asked whether it is still there, in milliseconds. One that was lost
   * without a word is found out within this and `timeoutMs`. Default: 5,000.
   */
  readonly pingIntervalMs?: number | undefined;
  /**
   * How many replicas should have a write before `put` resolves, and for how long it waits for them, in milliseconds, by
   * default 100. Where they are too few the write stands, and Node gets a warning `TT_STORE_REPLICAS`. Default: none.
   */
  readonly waitForReplicas?: { readonly count: number; readonly timeoutMs?: number | undefined } | undefined;
  /**
   * Keeps user ids out of Redis: key names, the due index and messages have an HMAC in their place. Needs a cipher, and is
   * decided once: accounts that were stored without it, or with another secret, are not found. Default: not hidden.
   */
  readonly userIds?: UserIdOptions | undefined;
}

type ConnectionOptions =
  | {
      /** An ioredis client of yours. It stays yours: `close()` does not end it. */
      readonly client: RedisClient;
      readonly url?: undefined;
    }
  | {
      /**
       * `redis://[user:password@]host[:port][/database]`. The store makes a connection of its own at its first call, and
       * `close()` ends it.
       */
      readonly url: string;
      readonly client?: undefined;
    };

/** Where Redis is (`client` or `url`), how records are kept (`cipher` or `plaintext: true`), and details. */
export type RedisTokenStoreOptions = CommonOptions & ConnectionOptions & RecordCodecOptions;

/** A `TokenStore` of `@tt/oauth` in Redis. */
export interface RedisTokenStore extends TokenStore {
  /**
   * Writes every record that is under another key than the cipher's first one anew, under that key. A refresh meanwhile
   * is never undone. May be ended and run again at any time: records that are done are passed over. Run it once every
   * process has the new key in front; when `remaining` is 0, the old key can go.
   *
   * @param options.signal Ends it.
   * @param options.concurrency How many records at a time, 1 to 1,000. Default: 8.
   * @param options.onProgress Told after every few hundred records.
   * @throws TikTokError `TOKEN_STORE_ERROR` when Redis cannot be asked, or with code `invalid_option` where there is no
   *   cipher. A record that does not open is no reason: it is reported and left as it is.
   *
   * @example
   * ```ts
   * import { createTokenCipher } from '@tt/oauth';
   * import { createRedisTokenStore } from '@tt/token-store-redis';
   *
   * const secret = process.env.TOKEN_ENCRYPTION_KEY ?? '';
   * const store = createRedisTokenStore({
   *   url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
   *   cipher: createTokenCipher({ keys: [{ id: 'k1', secret }] }),
   * });
   * const { reencrypted, remaining } = await store.reencryptAll({
   *   onProgress: (progress) => console.log(`${progress.remaining} to go`),
   * });
   * console.log({ reencrypted, remaining });
   * await store.close();
   * ```
   */
  reencryptAll(options?: ReencryptOptions): Promise<ReencryptReport>;
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_PREFIX = 'tt';
const DEFAULT_TIMEOUT_MS = 3_000;
const DEFAULT_PING_INTERVAL_MS = 5_000;
const DEFAULT_REPLICAS_TIMEOUT_MS = 100;

/**
 * A token store in Redis, shared by every process that uses the same Redis, prefix and cipher key. It connects at its
 * first call; nothing happens before.
 *
 * Its methods are those of `TokenStore`. They reject with a `TikTokError` `TOKEN_STORE_ERROR`: code `unreachable` when
 * Redis could not be reached, `timeout` when it did not answer within `timeoutMs`, `redis_error` when it answered with an
 * error, `closed` after `close()`, `malformed_record`, `undecryptable` or `unknown_cipher_key` when a record does not
 * open, `malformed_key` and `invalid_option` when the call itself was wrong.
 *
 * @throws TypeError naming the option that is wrong or missing, and what it takes.
 *
 * @example
 * ```ts
 * import { createTokenCipher } from '@tt/oauth';
 * import { createRedisTokenStore } from '@tt/token-store-redis';
 *
 * const store = createRedisTokenStore({
 *   url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
 *   cipher: createTokenCipher({ keys: [{ id: 'k1', secret: process.env.TOKEN_ENCRYPTION_KEY ?? '' }] }),
 * });
 * const found = await store.get({ clientKey: 'aw1', userId: 'user-1' });
 * console.log(found?.record.scope ?? 'nothing stored');
 * await store.close();
 * ```
 */
export function createRedisTokenStore(options: RedisTokenStoreOptions): RedisTokenStore {
  const codec = createRecordCodec(options);
  const keyPrefix = keyPrefixOf(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, pingIntervalMs = DEFAULT_PING_INTERVAL_MS } = options;
  mustBeDurations({ timeoutMs, pingIntervalMs });
  const userIds = userIdsOf(options);
  const currentKeyId = options.cipher?.currentKeyId ?? null;
  return new Store({
    connection: connectionOf(options, timeoutMs),
    ...{ keyPrefix, codec, currentKeyId, userIds },
    ...{ timeoutMs, pingIntervalMs },
    waitForReplicas: waitForReplicasOf(options),
  });
}

function userIdsOf({ userIds, plaintext }: RedisTokenStoreOptions): HiddenUserIds | undefined {
  if (userIds === undefined) return undefined;
  // A record says whose it is, by TikTok's open id at least.
  if (plaintext)
    throw wrong('userIds hides user ids, and plaintext: true would show whose record it is; pass a cipher');
  if (typeof userIds !== 'object' || userIds === null) {
    throw wrong('userIds is no object; expected { hmacSecret }');
  }
  return new HiddenUserIds(userIds);
}

function keyPrefixOf({ keyPrefix = DEFAULT_PREFIX }: RedisTokenStoreOptions): string {
  if (typeof keyPrefix === 'string' && /^[A-Za-z0-9._:/-]{1,64}$/.test(keyPrefix)) return keyPrefix;
  throw wrong(
    `keyPrefix is ${JSON.stringify(keyPrefix)}; expected 1 to 64 characters of A-Z a-z 0-9 . _ : / -, or nothing for ${JSON.stringify(DEFAULT_PREFIX)}`,
  );
}

function waitForReplicasOf({ waitForReplicas }: RedisTokenStoreOptions): WaitForReplicas | undefined {
  if (waitForReplicas === undefined) return undefined;
  const { count, timeoutMs = DEFAULT_REPLICAS_TIMEOUT_MS } = waitForReplicas;
  if (!Number.isInteger(count) || count < 1) {
    throw wrong(`waitForReplicas.count is ${String(count)}; expected a whole number of replicas, 1 or more`);
  }
  mustBeDurations({ 'waitForReplicas.timeoutMs': timeoutMs });
  return { count, timeoutMs: Math.ceil(timeoutMs) };
}

function mustBeDurations(durations: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(durations)) {
    if (typeof value === 'number' && value > 0 && value < 2 ** 31) continue;
    throw wrong(`${option} is ${String(value)}; expected a positive number of milliseconds`);
  }
}

function connectionOf({ client, url }: RedisTokenStoreOptions, timeoutMs: number): RedisConnection {
  if (client !== undefined && url !== undefined) {
    throw wrong('both client and url were given; expected one of them');
  }
  if (client !== undefined) {
    if (!hasMethods(client, ['get', 'evalsha', 'eval', 'duplicate', 'on', 'off']))
      throw wrong('client is no Redis or Cluster of ioredis');
    if (sendsScriptsAstray(client)) {
      throw wrong(
        'client is a Cluster with enableAutoPipelining, which sends scripts to the wrong nodes; ' +
          "expected autoPipeliningIgnoredCommands: ['evalsha', 'eval'] beside it",
      );
    }
    return borrowConnection(client);
  }
  if (url === undefined) {
    throw wrong('neither client nor url was given; expected client: new Redis(...) of ioredis, or url: "redis://..."');
  }
  try {
    if (isRedisUrl(url)) return openConnection(url, { timeoutMs });
  } catch {
    // The parser's error would show the URL, and with it a password (D11).
  }
  throw wrong(
    'url is not a Redis URL; expected redis://[user:password@]host[:port][/database], or rediss:// for TLS, ' +
      'with special characters percent-encoded',
  );
}

function isRedisUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '';
}

/** The pipelining of ioredis takes the first argument of a command for its key, which in a script's call is the script. */
function sendsScriptsAstray(client: RedisClient): boolean {
  const { enableAutoPipelining = false, autoPipeliningIgnoredCommands = [] } = client.options ?? {};
  if (!isCluster(client) || !enableAutoPipelining) return false;
  return !['evalsha', 'eval'].every((command) => autoPipeliningIgnoredCommands.includes(command));
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function wrong(what: string): TypeError {
  return new TypeError(`createRedisTokenStore: ${what}`);
}
