import { storeError } from '@tt/errors';
import {
  type AccountKey,
  type CipherContext,
  decodeTokenRecord,
  encodeTokenRecord,
  type StoredRecord,
  type TokenCipher,
  type TokenRecord,
} from '@tt/oauth';

const STORED = /^([^:]+):([^:]+):([\s\S]*)$/;

/** A record on its way into Redis. */
interface RecordToSeal {
  readonly key: AccountKey;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/**
 * Records as the text that Redis keeps: `<version>:<dueAt>:<record>`. Outside the ciphertext stand only version and due
 * time (D11); the version is bound into it.
 */
export class RecordCodec {
  readonly #cipher: TokenCipher | undefined;

  /** @param cipher `undefined` leaves the records in plain text. */
  constructor(cipher: TokenCipher | undefined) {
    this.#cipher = cipher;
  }

  seal(record: TokenRecord, { key, version, dueAt }: RecordToSeal): string {
    const text = encodeTokenRecord(record);
    const body = this.#cipher === undefined ? text : this.#cipher.encrypt(text, contextOf(key, version));
    return `${version}:${dueAt}:${body}`;
  }

  /**
   * The record in a reply of Redis, `null` where there was none.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR`: code `malformed_record` when it is none of ours, and whatever the cipher
   *   throws when it does not open.
   */
  open(reply: unknown, key: AccountKey): StoredRecord | null {
    if (reply === null || reply === undefined) return null;
    const [, version, , body] = (typeof reply === 'string' && STORED.exec(reply)) || [];
    if (version === undefined || body === undefined) {
      throw storeError('What Redis has under the key of this account is no record of ours', {
        code: 'malformed_record',
        operation: 'store.decode',
      });
    }
    const text = this.#cipher === undefined ? body : this.#cipher.decrypt(body, contextOf(key, version));
    return { record: decodeTokenRecord(text), version };
  }
}

function contextOf({ clientKey, userId }: AccountKey, version: string): CipherContext {
  return { clientKey, userId, version };
}
