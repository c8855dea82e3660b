import { randomBytes } from 'node:crypto';
import { storeError } from '@tt/errors';
import type {
  AccountKey,
  Lease,
  PutOptions,
  PutResult,
  StoredRecord,
  StoreEvent,
  TokenCipher,
  TokenRecord,
  TokenStore,
} from '@tt/oauth';
import { ChangeFeed } from './change-feed.js';
import { DueIndex } from './due-index.js';
import { type AccountNames, KeyLayout } from './key-layout.js';
import { RecordCodec } from './record-codec.js';
import type { RedisConnection } from './redis-connection.js';
import { RedisLease } from './redis-lease.js';
import { ScriptRunner } from './script-runner.js';

/** What a checked set of options comes down to. */
interface RedisTokenStoreParts {
  readonly connection: RedisConnection;
  readonly keyPrefix: string;
  /** `undefined` leaves the records in plain text. */
  readonly cipher: TokenCipher | undefined;
  readonly timeoutMs: number;
}

/** The longest that a timer can wait. */
const MAX_LEASE_MS = 2 ** 31 - 1;

const CLOSED = 'The Redis token store was closed';

/** The contract of `@tt/oauth`, with every decision taken inside Redis. */
export class RedisTokenStore implements TokenStore {
  readonly #connection: RedisConnection;
  readonly #scripts: ScriptRunner;
  readonly #layout: KeyLayout;
  readonly #codec: RecordCodec;
  readonly #changes: ChangeFeed;
  readonly #due: DueIndex;
  readonly #leases = new Map<Lease, { readonly lease: RedisLease; readonly name: string }>();
  #closing: Promise<void> | undefined;

  constructor({ connection, keyPrefix, cipher, timeoutMs }: RedisTokenStoreParts) {
    const { client } = connection;
    this.#connection = connection;
    this.#scripts = new ScriptRunner(connection, { timeoutMs });
    this.#layout = new KeyLayout(keyPrefix, client.options);
    this.#codec = new RecordCodec(cipher);
    this.#changes = new ChangeFeed(() => client.duplicate(), this.#layout);
    this.#due = new DueIndex(this.#scripts, this.#layout);
  }

  async get(key: AccountKey): Promise<StoredRecord | null> {
    const { record } = this.#layout.of(key);
    return this.#codec.open(await this.#scripts.run({ script: 'get', keys: [record] }), key);
  }

  async put(key: AccountKey, record: TokenRecord, options: PutOptions): Promise<PutResult> {
    this.#scripts.assertOpen('store.put');
    const { ifVersion, lease } = options;
    const expiresInMs = wholeMs('expiresInMs', options.expiresInMs);
    const dueAt = instant('dueAt', options.dueAt);
    const names = this.#layout.of(key);
    const held = lease === undefined ? undefined : this.#leases.get(lease);
    const owner = held?.name === names.lease ? held.lease.owner : '';
    // D6: drawn before it is sent, so that a conflict with this very version tells of an answer that was lost.
    const version = randomId();
    const reply = await this.#scripts.run({
      script: 'put',
      keys: [names.record, names.lease, names.due],
      args: [
        ifVersion === null ? 'absent' : `=${ifVersion}`,
        version,
        this.#codec.seal(record, { key, version, dueAt }),
        String(expiresInMs),
        String(dueAt),
        names.member,
        owner,
        names.channel,
      ],
    });
    const [written, found] = pairOf(reply);
    if (!written) return { ok: false, found: this.#codec.open(found, key) };
    if (owner !== '') held?.lease.end();
    else await lease?.release();
    return { ok: true, version };
  }

  async delete(key: AccountKey): Promise<void> {
    const { record, due, member, channel } = this.#layout.of(key);
    await this.#scripts.run({ script: 'delete', keys: [record, due], args: [member, channel] });
  }

  async acquire(
    key: AccountKey,
    options: { readonly ttlMs: number },
  ): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null } | null> {
    this.#scripts.assertOpen('store.acquire');
    const ttlMs = wholeMs('ttlMs', options.ttlMs, MAX_LEASE_MS);
    const names = this.#layout.of(key);
    const owner = randomId();
    const askedAt = performance.now();
    const reply = await this.#scripts.run({
      script: 'acquire',
      keys: [names.lease, names.record],
      args: [owner, String(ttlMs)],
      // Nobody waits for it any more: others should not have to wait for its end.
      late: () => void this.#release(names, owner).catch(() => undefined),
    });
    const [granted, found] = pairOf(reply);
    if (!granted) return null;
    const lease = this.#grant(names, { owner, ttlMs, askedAt });
    try {
      return { lease, found: this.#codec.open(found, key) };
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    this.#scripts.assertOpen('store.watch');
    return this.#changes.watch(listener);
  }

  async due(options: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]> {
    this.#scripts.assertOpen('store.due');
    if (Number.isNaN(options.before)) throw invalid('before', options.before, 'epoch milliseconds');
    if (Number.isNaN(options.limit)) throw invalid('limit', options.limit, 'a number');
    const limit = Math.min(Math.floor(options.limit), Number.MAX_SAFE_INTEGER);
    return this.#due.find({ before: options.before, limit });
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #end(): Promise<void> {
    const settled = this.#scripts.close();
    // Not given back in Redis: a refresh may still be running under it, and it runs out by itself.
    for (const { lease } of [...this.#leases.values()]) lease.lose(CLOSED);
    this.#changes.close();
    await settled;
    this.#connection.close();
  }

  #grant(names: AccountNames, granted: { owner: string; ttlMs: number; askedAt: number }): RedisLease {
    const lease: RedisLease = new RedisLease(granted, {
      extend: async () => {
        const args = [granted.owner, String(granted.ttlMs)];
        return Number(await this.#scripts.run({ script: 'extend', keys: [names.lease], args })) === 1;
      },
      release: () => this.#release(names, granted.owner),
      over: () => this.#leases.delete(lease),
    });
    this.#leases.set(lease, { lease, name: names.lease });
    // It was on its way when the store was closed.
    if (this.#closing !== undefined) lease.lose(CLOSED);
    return lease;
  }

  async #release(names: AccountNames, owner: string): Promise<void> {
    await this.#scripts.run({ script: 'release', keys: [names.lease], args: [owner] });
  }
}

function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** The answer of a script that says whether it did it, and what it found. */
function pairOf(reply: unknown): readonly [done: boolean, found: unknown] {
  if (Array.isArray(reply)) return [Number(reply[0]) === 1, reply[1]];
  throw storeError('Redis answered something else than the script returns', { code: 'redis_error' });
}

/** Redis takes whole milliseconds, and at least one. */
function wholeMs(option: string, value: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const whole = Math.ceil(value);
  if (whole <= max) return Math.max(1, whole);
  throw invalid(option, value, `milliseconds, at most ${max}`);
}

function instant(option: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw invalid(option, value, 'epoch milliseconds');
}

function invalid(option: string, value: unknown, expected: string): Error {
  return storeError(`${option} is ${String(value)}; expected ${expected}`, { code: 'invalid_option' });
}
