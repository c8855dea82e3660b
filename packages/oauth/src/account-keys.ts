import { Buffer } from 'node:buffer';
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { lengthPrefixed } from './length-prefixed.js';
import { OldestFirst } from './oldest-first.js';
import type { AccountKey } from './token-store.js';

/** As many accounts as the cache of tokens holds: a few MB. */
const MAX_KEPT = 10_000;
/** HKDF's counter of its first block, which is as long as our keys are. */
const FIRST_BLOCK = Buffer.from([1]);

/** What is the same for every record of an account. */
interface AccountSecrets {
  readonly key: Buffer;
  /** Client key and user id, length-prefixed: their part of the associated data. */
  readonly place: Buffer;
}

/**
 * The keys of accounts, derived from one secret with HKDF-SHA256 (D11). Both halves of HKDF are written out, because the
 * first is the same for every account of a secret: `hkdfSync` does both each time, at three times the price. The keys
 * derived last are kept.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc5869#section-2
 */
export class AccountKeys {
  readonly #format: string;
  readonly #pseudorandomKey: KeyObject;
  readonly #kept = new Map<string, AccountSecrets>();
  readonly #oldest = new OldestFirst(this.#kept);

  /** @param format Part of what a key is derived from, so that another format has other keys. */
  constructor(secret: Uint8Array, format: string) {
    this.#format = format;
    // No salt: the secret is random already.
    this.#pseudorandomKey = createSecretKey(createHmac('sha256', Buffer.alloc(32)).update(secret).digest());
  }

  of({ clientKey, userId }: AccountKey): AccountSecrets {
    const name = `${clientKey.length}:${clientKey}${userId}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const secrets = {
      key: this.#derive([this.#format, clientKey, userId]),
      place: lengthPrefixed([clientKey, userId]),
    };
    this.#kept.set(name, secrets);
    if (this.#kept.size > MAX_KEPT) this.#forgetOldest();
    return secrets;
  }

  #derive(info: readonly string[]): Buffer {
    return createHmac('sha256', this.#pseudorandomKey).update(lengthPrefixed(info)).update(FIRST_BLOCK).digest();
  }

  /** In use or not: keeping an order of use would cost each call more than deriving one anew costs now and then. */
  #forgetOldest(): void {
    const oldest = this.#oldest.next();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
