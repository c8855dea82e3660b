import type { TokenCipher, TokenStore } from '@tt/oauth';
import type { RedisClient } from './redis-client.js';
import { borrowConnection, openConnection, type RedisConnection } from './redis-connection.js';
import { RedisTokenStore as Store } from './redis-token-store.js';

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

type EncryptionOptions =
  | {
      /** Encrypts every record, with `createTokenCipher` of `@tt/oauth`. */
      readonly cipher: TokenCipher;
      readonly plaintext?: false | undefined;
    }
  | {
      /** Keeps the records readable by everybody who can read this Redis. */
      readonly plaintext: true;
      readonly cipher?: undefined;
    };

/** Where Redis is (`client` or `url`), how records are kept (`cipher` or `plaintext: true`), and details. */
export type RedisTokenStoreOptions = CommonOptions & ConnectionOptions & EncryptionOptions;

/** A `TokenStore` of `@tt/oauth` in Redis. */
export interface RedisTokenStore extends TokenStore {
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_PREFIX = 'tt';
const DEFAULT_TIMEOUT_MS = 3_000;

const HOW_TO_ENCRYPT = `Make a key, once, and keep it where you keep your other secrets:
  node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"
Then pass a cipher:
  import { createTokenCipher } from '@tt/oauth';
  cipher: createTokenCipher({ keys: [{ id: 'k1', secret: process.env.TOKEN_ENCRYPTION_KEY }] })`;

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
  const cipher = cipherOf(options);
  const keyPrefix = keyPrefixOf(options);
  const timeoutMs = timeoutOf(options);
  return new Store({ connection: connectionOf(options, timeoutMs), keyPrefix, cipher, timeoutMs });
}

function cipherOf({ cipher, plaintext }: RedisTokenStoreOptions): TokenCipher | undefined {
  const unchecked: unknown = plaintext;
  if (unchecked !== undefined && typeof unchecked !== 'boolean') {
    throw wrong(`plaintext is ${String(unchecked)}; expected true, or nothing beside a cipher`);
  }
  if (cipher !== undefined && plaintext) {
    throw wrong('both cipher and plaintext: true were given; expected one of them');
  }
  if (plaintext) return undefined;
  // D11: what is at rest is encrypted unless somebody says otherwise, in so many words.
  if (cipher === undefined || cipher === null) {
    throw wrong(
      `no cipher was given, so tokens would be readable by everybody who can read this Redis.\n${HOW_TO_ENCRYPT}\nor say plaintext: true`,
    );
  }
  if (!hasMethods(cipher, ['encrypt', 'decrypt'])) throw wrong(`cipher is no token cipher.\n${HOW_TO_ENCRYPT}`);
  return cipher;
}

function keyPrefixOf({ keyPrefix = DEFAULT_PREFIX }: RedisTokenStoreOptions): string {
  if (typeof keyPrefix === 'string' && /^[A-Za-z0-9._:/-]{1,64}$/.test(keyPrefix)) return keyPrefix;
  throw wrong(
    `keyPrefix is ${JSON.stringify(keyPrefix)}; expected 1 to 64 characters of A-Z a-z 0-9 . _ : / -, or nothing for ${JSON.stringify(DEFAULT_PREFIX)}`,
  );
}

function timeoutOf({ timeoutMs = DEFAULT_TIMEOUT_MS }: RedisTokenStoreOptions): number {
  if (typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw wrong(`timeoutMs is ${String(timeoutMs)}; expected a positive number of milliseconds`);
}

function connectionOf({ client, url }: RedisTokenStoreOptions, timeoutMs: number): RedisConnection {
  if (client !== undefined && url !== undefined) {
    throw wrong('both client and url were given; expected one of them');
  }
  if (client !== undefined) {
    if (hasMethods(client, ['evalsha', 'eval', 'duplicate'])) return borrowConnection(client);
    throw wrong('client is no Redis or Cluster of ioredis');
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

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function wrong(what: string): TypeError {
  return new TypeError(`createRedisTokenStore: ${what}`);
}
