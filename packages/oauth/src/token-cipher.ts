import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { storeError } from '@tt/errors';
import { AccountKeys } from './account-keys.js';
import { type CipherKey, keyRing } from './key-ring.js';
import { lengthPrefixed } from './length-prefixed.js';
import { RandomPool } from './random-pool.js';
import type { AccountKey } from './token-store.js';

/** Where a ciphertext belongs; it opens nowhere else. */
export interface CipherContext extends AccountKey {
  /** Of the record, as the store drew it for this write. */
  readonly version: string;
}

/** Encryption at rest, for token stores. */
export interface TokenCipher {
  /** The id of the key that encrypts. */
  readonly currentKeyId: string;
  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_key` when half of a surrogate pair is in `context`. */
  encrypt(plaintext: string, context: CipherContext): string;
  /**
   * @throws TikTokError `TOKEN_STORE_ERROR`: code `unknown_cipher_key` when its key is not in the ring,
   *   `undecryptable` when it was altered, belongs elsewhere, or its key has another secret, `malformed_key` when half of
   *   a surrogate pair is in `context`.
   */
  decrypt(ciphertext: string, context: CipherContext): string;
  /**
   * The id of the key that encrypted it, read without opening it; the key need not be in the ring.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `undecryptable` when it is not one of ours.
   */
  keyIdOf(ciphertext: string): string;
}

export interface TokenCipherOptions {
  /** The first encrypts, all of them decrypt. */
  readonly keys: readonly CipherKey[];
}

/** One key of the ring. */
interface RingKey {
  readonly accounts: AccountKeys;
  /** Format and key id, length-prefixed: their part of the associated data. */
  readonly head: Buffer;
}

const FORMAT = 'tt1';
const HEAD = new RegExp(`^${FORMAT}\\.([A-Za-z0-9_-]{1,32})\\.`);
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived per account with HKDF-SHA256, bound to account and version by its associated data
 * (D11). The first key encrypts, all decrypt: to rotate, put a new key in front and keep the old ones until every record
 * was written anew.
 *
 * @param options.keys At least one `{ id, secret }`; a secret is 32 random bytes, as base64 or `Uint8Array`.
 * @throws TypeError naming the key that is wrong, missing, too short or given twice, and how to make one.
 * @see https://datatracker.ietf.org/doc/html/rfc5869 HKDF
 * @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf GCM
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { createTokenCipher } from '@tt/oauth';
 *
 * const cipher = createTokenCipher({ keys: [{ id: '2026-11', secret: randomBytes(32) }] });
 * console.log(cipher.currentKeyId);
 * ```
 */
export function createTokenCipher({ keys }: TokenCipherOptions): TokenCipher {
  const { current, others } = keyRing(keys);
  const ring = new Map<string, RingKey>();
  for (const { id, secret } of [current, ...others]) {
    ring.set(id, { accounts: new AccountKeys(secret, FORMAT), head: lengthPrefixed([FORMAT, id]) });
  }
  const random = new RandomPool();

  const keyOf = (id: string): RingKey => {
    const key = ring.get(id);
    if (key !== undefined) return key;
    throw storeError(`The record is encrypted with the key ${JSON.stringify(id)}, which is not in the ring`, {
      code: 'unknown_cipher_key',
      operation: 'store.decrypt',
      retryable: false,
      hint: 'Add that key behind the first one, or restore the record from a time when its key was there.',
    });
  };

  return {
    currentKeyId: current.id,

    encrypt(plaintext, context) {
      const { accounts, head } = keyOf(current.id);
      const { key, place } = accounts.of(context);
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.concat([head, place, lengthPrefixed([context.version])]));
      const body = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${FORMAT}.${current.id}.${body.toString('base64url')}`;
    },

    decrypt(ciphertext, context) {
      const { keyId, body } = parsed(ciphertext);
      const { accounts, head } = keyOf(keyId);
      const { key, place } = accounts.of(context);
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.concat([head, place, lengthPrefixed([context.version])]));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      // A mode that encrypts byte by byte keeps nothing back for the end.
      const opened = decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        throw undecryptable('it was altered, belongs to another account, or its key has another secret');
      }
      return opened.toString('utf8');
    },

    keyIdOf: (ciphertext) => parsed(ciphertext).keyId,
  };
}

function parsed(ciphertext: string): { readonly keyId: string; readonly body: Buffer } {
  const [head = '', keyId] = HEAD.exec(ciphertext) ?? [];
  const encoded = ciphertext.slice(head.length);
  const body = Buffer.from(encoded, 'base64url');
  // Node skips what is no base64, and gives fewer bytes then. A pattern for all of it costs a good deal more.
  const isWhole = encoded.length === Math.ceil((body.byteLength * 4) / 3);
  if (keyId === undefined || !isWhole || body.byteLength < NONCE_BYTES + TAG_BYTES) {
    throw undecryptable('it is not one of ours, or cut short');
  }
  return { keyId, body };
}

function undecryptable(why: string): Error {
  return storeError(`The stored record cannot be decrypted: ${why}`, {
    code: 'undecryptable',
    operation: 'store.decrypt',
    retryable: false,
  });
}
