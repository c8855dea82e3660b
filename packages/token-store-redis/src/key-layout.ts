import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { storeError } from '@tt/errors';
import type { AccountKey } from '@tt/oauth';
import type { RedisClient } from './redis-client.js';

/** How many hash tags the accounts are spread over. Never changes: accounts would no longer be found. */
export const SHARDS = 1024;

const ENCODED_ACCOUNT = /^([A-Za-z0-9_-]*):([A-Za-z0-9_-]*)$/;

/** The names that belong to one account. They share a hash tag, so one script can change them together. */
export interface AccountNames {
  /** The account in the due index and in messages. */
  readonly member: string;
  readonly record: string;
  readonly lease: string;
  /** The part of the due index that the account is in. */
  readonly due: string;
  /** Where its changes are published. */
  readonly channel: string;
}

/**
 * Where things are in Redis, for the prefix `tt`:
 *
 * ```
 * {tt:0417}:record:<account>   string, expires    <version>:<dueAt>:<sealed or plain record>
 * {tt:0417}:lease:<account>    string, expires    the random owner
 * {tt:0417}:due                sorted set         <account> by dueAt
 * {tt:0417}:changes:<db>       channel            <account> <version>, the version empty where the record was deleted
 * ```
 *
 * `0417` is the shard: the first ten bits of SHA-256 over client key and user id, each after its length. `<account>` is
 * `<client key>:<user id>`, both as base64url of their UTF-8, so that no character of theirs has a meaning in a key name.
 */
export class KeyLayout {
  readonly #prefix: string;
  readonly #channelPrefix: string;
  readonly #database: number;

  constructor(prefix: string, { keyPrefix = '', db = 0 }: NonNullable<RedisClient['options']> = {}) {
    this.#prefix = prefix;
    // Channels have no databases, and ioredis does not prefix them: what keeps two stores apart must be in their names.
    this.#channelPrefix = String(keyPrefix);
    this.#database = db;
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_key` when half of a surrogate pair is in `key`. */
  of({ clientKey, userId }: AccountKey): AccountNames {
    const parts = [utf8(clientKey, 'client key'), utf8(userId, 'user id')];
    const tag = this.#tag(shardOf(parts));
    const member = parts.map((part) => part.toString('base64url')).join(':');
    return {
      member,
      record: `${tag}:record:${member}`,
      lease: `${tag}:lease:${member}`,
      due: `${tag}:due`,
      channel: `${this.#channelPrefix}${tag}:changes:${this.#database}`,
    };
  }

  /** The account that a member of the due index or a message names; `null` where it is none of ours. */
  accountOf(member: string): AccountKey | null {
    const [, clientKey, userId] = ENCODED_ACCOUNT.exec(member) ?? [];
    if (clientKey === undefined || userId === undefined) return null;
    return { clientKey: decode(clientKey), userId: decode(userId) };
  }

  /** The part of the due index in `shard`. */
  dueIndex(shard: number): string {
    return `${this.#tag(shard)}:due`;
  }

  /** The record of a member of the due index in `shard`. */
  recordOf(shard: number, member: string): string {
    return `${this.#tag(shard)}:record:${member}`;
  }

  /** Matches the channels of all shards, and of no other store. */
  get channelPattern(): string {
    // A shard has four digits. `{` and `}` have no meaning in a pattern of Redis.
    return `${literal(this.#channelPrefix)}{${literal(this.#prefix)}:????}:changes:${this.#database}`;
  }

  #tag(shard: number): string {
    return `{${this.#prefix}:${String(shard).padStart(4, '0')}}`;
  }
}

function shardOf(parts: readonly Buffer[]): number {
  const hash = createHash('sha256');
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.byteLength);
    hash.update(length).update(part);
  }
  return hash.digest().readUInt16BE(0) >> 6;
}

function utf8(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  // UTF-8 has no half of a surrogate pair: each becomes the same replacement, and two people would become one.
  if (bytes.toString('utf8') === text) return bytes;
  throw storeError(`The ${what} contains half of a surrogate pair; expected a well-formed string`, {
    code: 'malformed_key',
    operation: 'store.key',
  });
}

function decode(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString('utf8');
}

function literal(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
