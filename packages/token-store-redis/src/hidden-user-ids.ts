import { Buffer } from 'node:buffer';
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { type AccountKey, createTokenCipher, type TokenCipher } from '@tt/oauth';

/** Keeps user ids out of Redis: what stands for them there cannot be guessed without a secret. */
export interface UserIdOptions {
  /**
   * 32 random bytes, as base64 or `Uint8Array`, the same in every process: with another one no account is found. Make
   * one for this alone, not a key of the cipher.
   */
  readonly hmacSecret: string | Uint8Array;
}

const SECRET_BYTES = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
const HEX = /^[0-9a-f]{64}$/i;
const EXPECTED =
  'expected 32 bytes, as base64 or Uint8Array. Make them, once: ' +
  `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`;

/**
 * User ids as HMAC-SHA256: a bare hash of an e-mail address is guessed in no time. The way back is the id itself, sealed
 * under a key that comes from the same secret, so that a rotation of the cipher's keys never hides an account.
 */
export class HiddenUserIds {
  readonly #names: KeyObject;
  readonly #seal: TokenCipher;

  /** @throws TypeError saying what is wrong with the secret, and how to make one. */
  constructor({ hmacSecret }: UserIdOptions) {
    const secret = secretOf(hmacSecret);
    this.#names = createSecretKey(derived(secret, 'tt user ids: names'));
    this.#seal = createTokenCipher({ keys: [{ id: 'u', secret: derived(secret, 'tt user ids: seal') }] });
  }

  /** What stands for the user id, 32 bytes. Bound to the client key: two apps do not show that they share a user. */
  hidden(clientKey: Buffer, userId: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(clientKey.byteLength);
    return createHmac('sha256', this.#names).update(length).update(clientKey).update(userId).digest();
  }

  /** The user id as only a holder of the secret can read it. It opens for this account alone. */
  seal({ clientKey, userId }: AccountKey, hidden: string): string {
    return this.#seal.encrypt(userId, { clientKey, userId: hidden, version: '' });
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `undecryptable` when it was not sealed for this account. */
  open(sealed: string, { clientKey, hidden }: { readonly clientKey: string; readonly hidden: string }): string {
    return this.#seal.decrypt(sealed, { clientKey, userId: hidden, version: '' });
  }
}

function derived(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, SECRET_BYTES));
}

function secretOf(secret: unknown): Uint8Array {
  if (secret === undefined || secret === null || secret === '') throw wrong('is missing');
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) throw wrong(`is of type ${typeof secret}`);
  const bytes = typeof secret === 'string' ? fromBase64(secret.trim()) : secret;
  if (bytes.byteLength === SECRET_BYTES) return bytes;
  throw wrong(`has ${bytes.byteLength} bytes`);
}

/** Node skips what is no base64, so that a wrong text would be a weak secret of the right length. */
function fromBase64(text: string): Buffer {
  if (HEX.test(text)) throw wrong("is hex; pass Buffer.from(secret, 'hex')");
  if (!BASE64.test(text)) throw wrong('is not base64');
  return Buffer.from(text, 'base64');
}

/** Never shows what was given: it may be the secret (D11). */
function wrong(what: string): TypeError {
  return new TypeError(`createRedisTokenStore: userIds.hmacSecret ${what}; ${EXPECTED}`);
}
