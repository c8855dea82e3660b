import { storeError } from '@tt/errors';
import type { CipherContext, TokenCipher } from './token-cipher.js';
import { decodeTokenRecord, encodeTokenRecord, type TokenRecord } from './token-record.js';

/** How records are kept: encrypted by a cipher, or, said in so many words, not at all. */
export type RecordCodecOptions =
  | {
      /** Encrypts every record, with `createTokenCipher`. */
      readonly cipher: TokenCipher;
      readonly plaintext?: false | undefined;
    }
  | {
      /** Keeps the records readable by everybody who can read the store. */
      readonly plaintext: true;
      readonly cipher?: undefined;
    };

/** Records as text, for stores that keep text. */
export interface RecordCodec {
  /**
   * The text to keep.
   *
   * @param place The account, and the version the record is written under. A cipher binds the text to it.
   */
  encode(record: TokenRecord, place: CipherContext): string;
  /**
   * The record that {@link encode} made into `text`.
   *
   * @param place The account it was found under, and the version it was found with.
   * @throws TikTokError `TOKEN_STORE_ERROR`: code `malformed_record` when it is no record of ours, and whatever the
   *   cipher throws when it does not open.
   */
  decode(text: string, place: CipherContext): TokenRecord;
  /**
   * The id of the key that encrypted `text`, read without opening it; `null` where the records are not encrypted. A
   * record whose id is not the cipher's `currentKeyId` is one to write anew after a rotation.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `undecryptable` when the cipher does not know the text as one of
   *   its own.
   */
  keyIdOf(text: string): string | null;
}

const HOW_TO_ENCRYPT = `Make a key, once, and keep it where you keep your other secrets:
  node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"
Then pass a cipher:
  import { createTokenCipher } from '@tt/oauth';
  cipher: createTokenCipher({ keys: [{ id: 'k1', secret: process.env.TOKEN_ENCRYPTION_KEY }] })`;

/**
 * What a token store of any kind needs to keep its records encrypted: it stores the text, the version and the times, and
 * nothing else (D11).
 *
 * @throws TypeError when neither a cipher nor `plaintext: true` is given, or both are. It names no function, since stores
 *   pass on the options they were given.
 *
 * @example
 * ```ts
 * import { createRecordCodec, createTokenCipher } from '@tt/oauth';
 *
 * const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: process.env.TOKEN_ENCRYPTION_KEY ?? '' }] });
 * const codec = createRecordCodec({ cipher });
 * const place = { clientKey: 'awclient', userId: 'user-1', version: 'drawn-for-this-write' };
 * const record = {
 *   accessToken: 'act.example',
 *   refreshToken: 'rft.example',
 *   tokenType: 'Bearer',
 *   openId: 'open-id-1',
 *   scope: 'user.info.basic',
 *   obtainedAt: Date.now(),
 *   accessTokenExpiresAt: Date.now() + 86_400_000,
 *   refreshTokenExpiresAt: null,
 * };
 * const text = codec.encode(record, place);
 * console.log(codec.keyIdOf(text), codec.decode(text, place).scope);
 * ```
 */
export function createRecordCodec(options: RecordCodecOptions): RecordCodec {
  const cipher = cipherOf(options);
  if (cipher === undefined) {
    return { encode: encodeTokenRecord, decode: (text) => decodeTokenRecord(checked(text)), keyIdOf: () => null };
  }
  return {
    encode: (record, place) => cipher.encrypt(encodeTokenRecord(record), place),
    decode: (text, place) => decodeTokenRecord(cipher.decrypt(checked(text), place)),
    keyIdOf: (text) => cipher.keyIdOf(checked(text)),
  };
}

/** `undefined` where plain text was asked for. */
function cipherOf({ cipher, plaintext }: RecordCodecOptions): TokenCipher | undefined {
  const unchecked: unknown = plaintext;
  if (unchecked !== undefined && typeof unchecked !== 'boolean') {
    throw new TypeError(`plaintext is ${String(unchecked)}; expected true, or nothing beside a cipher`);
  }
  const given = cipher !== undefined && cipher !== null;
  if (given && plaintext) throw new TypeError('both cipher and plaintext: true were given; expected one of them');
  if (plaintext) return undefined;
  // D11: what is at rest is encrypted unless somebody says otherwise, in so many words.
  if (!given) {
    throw new TypeError(
      `no cipher was given, so tokens would be readable by everybody who can read the store.\n${HOW_TO_ENCRYPT}\nor say plaintext: true`,
    );
  }
  if (!isCipher(cipher)) throw new TypeError(`cipher is no token cipher.\n${HOW_TO_ENCRYPT}`);
  return cipher;
}

function isCipher(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['encrypt', 'decrypt', 'keyIdOf'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** Drivers of databases give back bytes, or objects, where a column has another type than was thought. */
function checked(text: unknown): string {
  if (typeof text === 'string') return text;
  throw storeError(`The stored record is ${text === null ? 'null' : typeof text}; expected the text that was encoded`, {
    code: 'malformed_record',
    operation: 'store.decode',
    retryable: false,
  });
}
