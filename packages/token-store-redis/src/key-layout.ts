import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { storeError } from '@tt/errors';
import type { AccountKey } from '@tt/oauth';
import type { HiddenUserIds } from './hidden-user-ids.js';
import { RecentMap } from './recent-map.js';
import type { RedisClient } from './redis-client.js';

/** How many hash tags the accounts are spread over. Never changes: accounts would no longer be found. */
export const SHARDS = 1024;

const ENCODED_ACCOUNT = /^([A-Za-z0-9_-]*):([A-Za-z0-9_-]*)(?::([A-Za-z0-9_.-]+))?$/;
const RECORD_BEHIND_PREFIX = /^\d{4}\}:record:([A-Za-z0-9_-]*:[A-Za-z0-9_-]*)$/;

/** As many accounts as the cache of tokens holds: a few MB. */
const MAX_KEPT = 10_000;

/** The names that belong to one account. They share a hash tag, so one script can change them together. */
export interface AccountNames {
  /** The account in key names and in the due index. */
  readonly member: string;
  readonly record: string;
  readonly lease: string;
  /** The part of the due index that the account is in. */
  readonly due: string;
  /** Where its changes are published. */
  readonly channel: string;
}

/** A record that was come by. */
export interface RecordPlace {
  /** Its name, as ioredis is to be asked for it. */
  readonly record: string;
  /** The account in that name. */
  readonly member: string;
}

/** What is particular to one store. */
interface LayoutOptions extends NonNullable<RedisClient['options']> {
  /** Given where user ids must not be seen in Redis. */
  readonly userIds?: HiddenUserIds | undefined;
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
 * `<account>` is `<client key>:<user id>`, both as base64url of their UTF-8, so that no character of theirs has a meaning
 * in a key name. `0417` is the shard: the first ten bits of SHA-256 over client key and user id, each after its length.
 *
 * Where user ids are hidden, their HMAC takes their place in all of this, in the shard too, which would otherwise confirm
 * a guess. The id itself, sealed, then stands before the record, and behind the account in a message, after a colon.
 */
export class KeyLayout {
  readonly #prefix: string;
  readonly #clientPrefix: string;
  readonly #database: number;
  readonly #userIds: HiddenUserIds | undefined;
  readonly #recent = new RecentMap<AccountNames>(MAX_KEPT);

  constructor(prefix: string, { keyPrefix = '', db = 0, userIds }: LayoutOptions = {}) {
    this.#prefix = prefix;
    // Channels have no databases, and ioredis does not prefix them: what keeps two stores apart must be in their names.
    this.#clientPrefix = String(keyPrefix);
    this.#database = db;
    this.#userIds = userIds;
  }

  /** Whether Redis sees an HMAC in place of user ids. */
  get hidesUserIds(): boolean {
    return this.#userIds !== undefined;
  }

  /** @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_key` when half of a surrogate pair is in `key`. */
  of({ clientKey, userId }: AccountKey): AccountNames {
    const account = `${clientKey.length}:${clientKey}${userId}`;
    const known = this.#recent.get(account);
    if (known !== undefined) return known;
    const names = this.#namesOf(utf8(clientKey, 'client key'), utf8(userId, 'user id'));
    this.#recent.set(account, names);
    return names;
  }

  /** The user id as it stands before the record and in messages; empty where the names show it anyway. */
  sealedUserId(key: AccountKey): string {
    return this.#userIds?.seal(key, userPartOf(this.of(key).member)) ?? '';
  }

  /**
   * The account that a member of the due index or a message names, with the sealed user id behind it where user ids are
   * hidden; `null` where it is none of ours.
   */
  accountOf(account: string): AccountKey | null {
    const [, clientPart, userPart, sealed] = ENCODED_ACCOUNT.exec(account) ?? [];
    if (clientPart === undefined || userPart === undefined) return null;
    const clientKey = decode(clientPart);
    if (this.#userIds === undefined) return sealed === undefined ? { clientKey, userId: decode(userPart) } : null;
    if (sealed === undefined) return null;
    try {
      return { clientKey, userId: this.#userIds.open(sealed, { clientKey, hidden: userPart }) };
    } catch {
      return null;
    }
  }

  /** What messages call an account, from which {@link accountOf} tells it again. */
  announced({ member }: Pick<AccountNames, 'member'>, sealedUserId: string): string {
    return sealedUserId === '' ? member : `${member}:${sealedUserId}`;
  }

  /** The record that Redis knows by this key; `null` where it is none of this store's. */
  placeOf(redisKey: string): RecordPlace | null {
    if (!redisKey.startsWith(this.#clientPrefix)) return null;
    const record = redisKey.slice(this.#clientPrefix.length);
    const tag = `{${this.#prefix}:`;
    const [, member] = (record.startsWith(tag) && RECORD_BEHIND_PREFIX.exec(record.slice(tag.length))) || [];
    return member === undefined ? null : { record, member };
  }

  /** The part of the due index in `shard`. */
  dueIndex(shard: number): string {
    return `${this.#tag(shard)}:due`;
  }

  /** The record of a member of the due index in `shard`. */
  recordOf(shard: number, member: string): string {
    return `${this.#tag(shard)}:record:${member}`;
  }

  /** The channels of all shards. */
  get channels(): readonly string[] {
    return Array.from({ length: SHARDS }, (_, shard) => this.#channel(this.#tag(shard)));
  }

  /** Matches the channels of all shards, and of no other store. */
  get channelPattern(): string {
    // A shard has four digits. `{` and `}` have no meaning in a pattern of Redis.
    return `${literal(this.#clientPrefix)}{${literal(this.#prefix)}:????}:changes:${this.#database}`;
  }

  /** Matches the records of all shards as Redis knows them, ioredis' prefix included. */
  get recordPattern(): string {
    return `${literal(this.#clientPrefix)}{${literal(this.#prefix)}:????}:record:*`;
  }

  #namesOf(clientKey: Buffer, userId: Buffer): AccountNames {
    const parts = [clientKey, this.#userIds?.hidden(clientKey, userId) ?? userId];
    const tag = this.#tag(shardOf(parts));
    const member = parts.map((part) => part.toString('base64url')).join(':');
    return {
      member,
      record: `${tag}:record:${member}`,
      lease: `${tag}:lease:${member}`,
      due: `${tag}:due`,
      channel: this.#channel(tag),
    };
  }

  #channel(tag: string): string {
    return `${this.#clientPrefix}${tag}:changes:${this.#database}`;
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
    retryable: false,
  });
}

function userPartOf(member: string): string {
  return member.slice(member.indexOf(':') + 1);
}

function decode(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString('utf8');
}

function literal(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
