import { storeError } from '@tt/errors';
import type { AccountKey, CipherContext, RecordCodec, StoredRecord, TokenRecord } from '@tt/oauth';

/** Where and when a record is written. */
interface ValuePlace extends CipherContext {
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** The account's user id where it is hidden, else empty. */
  readonly sealedUserId: string;
}

/** A value taken apart, its record unopened. */
export interface ValueParts {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** Empty where user ids are not hidden. */
  readonly sealedUserId: string;
  readonly text: string;
}

/**
 * What Redis keeps under the key of an account: `<version>:<dueAt>:<record>`, with the sealed user id and a colon before
 * the record where user ids are hidden. Outside the ciphertext stand only version and due time (D11).
 */
export class StoredValues {
  readonly #codec: RecordCodec;
  readonly #hidesUserIds: boolean;

  constructor(codec: RecordCodec, { hidesUserIds }: { readonly hidesUserIds: boolean }) {
    this.#codec = codec;
    this.#hidesUserIds = hidesUserIds;
  }

  seal(record: TokenRecord, { dueAt, sealedUserId, ...place }: ValuePlace): string {
    const id = this.#hidesUserIds ? `${sealedUserId}:` : '';
    return `${place.version}:${dueAt}:${id}${this.#codec.encode(record, place)}`;
  }

  /**
   * The record in a reply of Redis, `null` where there was none.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR`: code `malformed_record` when it is none of ours, and whatever the codec
   *   throws when it does not open.
   */
  open(reply: unknown, key: AccountKey): StoredRecord | null {
    if (reply === null || reply === undefined) return null;
    const parts = this.parts(reply);
    return { record: this.recordIn(parts, key), version: parts.version };
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_record` when it is none of ours. */
  parts(reply: unknown): ValueParts {
    if (typeof reply !== 'string') throw malformed();
    const [version, afterVersion] = cut(reply, 0);
    const [dueAt, afterDueAt] = cut(reply, afterVersion);
    const [sealedUserId, start] = this.#hidesUserIds ? cut(reply, afterDueAt) : ['', afterDueAt];
    return { version, dueAt: Number(dueAt), sealedUserId, text: reply.slice(start) };
  }

  /** @throws TikTokError what {@link open} throws. */
  recordIn({ text, version }: ValueParts, { clientKey, userId }: AccountKey): TokenRecord {
    return this.#codec.decode(text, { clientKey, userId, version });
  }

  /**
   * The id of the key that encrypted the record, read without opening it.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `undecryptable` when the text is not one of ours.
   */
  keyIdOf({ text }: ValueParts): string | null {
    return this.#codec.keyIdOf(text);
  }
}

/** The part of `text` from `start` to the next colon, which is not empty, and where the next part begins. */
function cut(text: string, start: number): readonly [part: string, next: number] {
  const end = text.indexOf(':', start);
  if (end <= start) throw malformed();
  return [text.slice(start, end), end + 1];
}

function malformed(): Error {
  return storeError('What Redis has under the key of this account is no record of ours', {
    code: 'malformed_record',
    operation: 'store.decode',
    retryable: false,
  });
}
