import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { storeError } from '@tt/errors';
import type { AccountKey } from './token-store.js';

/** One key of the ring. */
export interface CipherKey {
  /** Names the key inside what it encrypted: 1 to 32 characters of `A-Z a-z 0-9 _ -`. Never reuse one. */
  readonly id: string;
  /** 32 random bytes, or the same as base64. */
  readonly secret: string | Uint8Array;
}

/** Where a ciphertext belongs; it opens nowhere else. */
export interface CipherContext extends AccountKey {
  readonly version: string;
}

/** Encryption at rest, for token stores. */
export interface TokenCipher {
  encrypt(plaintext: string, context: CipherContext): string;
  /**
   * @throws TikTokError `TOKEN_STORE_ERROR`: code `unknown_cipher_key` when its key is not in the ring,
   *   `undecryptable` when it was altered, belongs elsewhere, or its key has another secret.
   */
  decrypt(ciphertext: string, context: CipherContext): string;
}

const FORMAT = 'tt1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAKE_ONE = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`;

/**
 * AES-256-GCM under a key derived per account with HKDF-SHA256, bound to account and version by its associated data
 * (D11). The first key encrypts, all decrypt: to rotate, put a new key in front and keep the old ones until every record
 * was written anew.
 *
 * @throws TypeError naming the key that is wrong, what it got and how to make one.
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { createTokenCipher } from '@tt/oauth';
 *
 * const cipher = createTokenCipher({ keys: [{ id: '2026-11', secret: randomBytes(32) }] });
 * ```
 */
export function createTokenCipher({ keys }: { readonly keys: readonly CipherKey[] }): TokenCipher {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      `createTokenCipher: keys is empty; expected at least one { id, secret }. Make a secret: ${MAKE_ONE}`,
    );
  }
  const ring = new Map<string, Buffer>();
  for (const key of keys) {
    if (typeof key.id !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(key.id)) {
      throw new TypeError(
        `createTokenCipher: key id is ${JSON.stringify(key.id)}; expected 1 to 32 characters of A-Z a-z 0-9 _ -`,
      );
    }
    if (ring.has(key.id)) throw new TypeError(`createTokenCipher: key id ${JSON.stringify(key.id)} stands twice`);
    ring.set(key.id, secretOf(key));
  }
  const [first] = ring;
  if (first === undefined) throw new TypeError('createTokenCipher: keys is empty');
  const [currentId, currentSecret] = first;

  return {
    encrypt(plaintext, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', accountKey(currentSecret, context), nonce);
      cipher.setAAD(associatedData(currentId, context));
      const body = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${FORMAT}.${currentId}.${body.toString('base64url')}`;
    },

    decrypt(ciphertext, context) {
      const [format, id = '', encoded = ''] = ciphertext.split('.');
      const body = Buffer.from(encoded, 'base64url');
      if (format !== FORMAT || body.byteLength < NONCE_BYTES + TAG_BYTES) {
        throw undecryptable('it is not one of ours, or cut short');
      }
      const secret = ring.get(id);
      if (secret === undefined) {
        throw storeError(`The record is encrypted with the key ${JSON.stringify(id)}, which is not in the ring`, {
          code: 'unknown_cipher_key',
          operation: 'store.decrypt',
        });
      }
      const decipher = createDecipheriv('aes-256-gcm', accountKey(secret, context), body.subarray(0, NONCE_BYTES));
      decipher.setAAD(associatedData(id, context));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      try {
        const opened = [decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
        return Buffer.concat(opened).toString('utf8');
      } catch {
        throw undecryptable('it was altered, belongs to another account, or its key has another secret');
      }
    },
  };
}

function secretOf({ id, secret }: CipherKey): Buffer {
  const expected = `expected 32 bytes, as base64 or Uint8Array. Make one: ${MAKE_ONE}`;
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new TypeError(`createTokenCipher: the secret of key ${JSON.stringify(id)} is missing; ${expected}`);
  }
  const bytes = Buffer.from(typeof secret === 'string' ? Buffer.from(secret, 'base64') : secret);
  if (bytes.byteLength !== KEY_BYTES) {
    throw new TypeError(
      `createTokenCipher: the secret of key ${JSON.stringify(id)} has ${bytes.byteLength} bytes; ${expected}`,
    );
  }
  return bytes;
}

function accountKey(secret: Buffer, { clientKey, userId }: AccountKey): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', lengthPrefixed([FORMAT, clientKey, userId]), KEY_BYTES));
}

function associatedData(keyId: string, { clientKey, userId, version }: CipherContext): Buffer {
  return lengthPrefixed([FORMAT, keyId, clientKey, userId, version]);
}

/** Joined so that no two lists give the same bytes. */
function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.byteLength);
      return [length, bytes];
    }),
  );
}

function undecryptable(why: string): Error {
  return storeError(`The stored record cannot be decrypted: ${why}`, {
    code: 'undecryptable',
    operation: 'store.decrypt',
  });
}
