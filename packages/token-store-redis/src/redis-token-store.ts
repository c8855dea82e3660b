import { storeError } from '@tt/errors';
import type {
  AccountKey,
  Lease,
  PutOptions,
  PutResult,
  RecordCodec,
  StoredRecord,
  StoreEvent,
  TokenRecord,
  TokenStore,
} from '@tt/oauth';
import { ChangeFeed } from './change-feed.js';
import { DueIndex } from './due-index.js';
import type { HiddenUserIds } from './hidden-user-ids.js';
import { type AccountNames, KeyLayout } from './key-layout.js';
import { OpenedRecords } from './opened-records.js';
import { putCall } from './put-call.js';
import { RandomIds } from './random-ids.js';
import { RecordScan } from './record-scan.js';
import { isCluster } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { RedisLease } from './redis-lease.js';
import { type ReencryptOptions, type ReencryptReport, reencryptAll } from './reencrypt-all.js';
import { ReplicaConfirmation, type WaitForReplicas } from './replica-confirmation.js';
import { pairOf } from './script-reply.js';
import { ScriptRunner } from './script-runner.js';
import { StoredValues } from './stored-value.js';

/** What a checked set of options comes down to. */
interface RedisTokenStoreParts {
  readonly connection: RedisConnection;
  readonly keyPrefix: string;
  readonly codec: RecordCodec;
  /** Of the key that encrypts; `null` where records are plain. */
  readonly currentKeyId: string | null;
  readonly userIds: HiddenUserIds | undefined;
  readonly timeoutMs: number;
  readonly pingIntervalMs: number;
  readonly waitForReplicas: WaitForReplicas | undefined;
}

/** The longest that a timer can wait. */
const MAX_LEASE_MS = 2 ** 31 - 1;

const CLOSED = 'The Redis token store was closed';

/** The contract of `@tt/oauth`, with every decision taken inside Redis. */
export class RedisTokenStore implements TokenStore {
  readonly #connection: RedisConnection;
  readonly #scripts: ScriptRunner;
  readonly #layout: KeyLayout;
  readonly #values: StoredValues;
  readonly #opened: OpenedRecords;
  readonly #currentKeyId: string | null;
  readonly #timeoutMs: number;
  readonly #changes: ChangeFeed;
  readonly #due: DueIndex;
  readonly #replicas: ReplicaConfirmation | undefined;
  readonly #ids = new RandomIds();
  readonly #leases = new Map<Lease, { readonly lease: RedisLease; readonly name: string }>();
  #closing: Promise<void> | undefined;

  constructor({ connection, ...parts }: RedisTokenStoreParts) {
    const { keyPrefix, codec, currentKeyId, userIds, timeoutMs, pingIntervalMs, waitForReplicas } = parts;
    const { client } = connection;
    this.#connection = connection;
    this.#scripts = new ScriptRunner(connection, { timeoutMs });
    this.#layout = new KeyLayout(keyPrefix, { ...client.options, userIds });
    this.#values = new StoredValues(codec, this.#layout);
    this.#opened = new OpenedRecords(this.#values);
    this.#currentKeyId = currentKeyId;
    this.#timeoutMs = timeoutMs;
    this.#changes = new ChangeFeed({ client, layout: this.#layout, timeoutMs, pingIntervalMs });
    this.#due = new DueIndex({ scripts: this.#scripts, layout: this.#layout, oneNode: !isCluster(client) });
    this.#replicas = waitForReplicas && new ReplicaConfirmation({ client, ...waitForReplicas });
  }

  async get(key: AccountKey): Promise<StoredRecord | null> {
    const { record: name } = this.#layout.of(key);
    return this.#opened.open(await this.#scripts.read(name), { key, name });
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
    const version = this.#ids.draw();
    const write = { key, record, ifVersion, version, expiresInMs, dueAt, owner };
    const reply = await this.#scripts.run(putCall({ layout: this.#layout, values: this.#values }, write));
    const [written, found] = pairOf(reply);
    if (!written) return { ok: false, found: this.#values.open(found, key) };
    if (owner !== '') held?.lease.end();
    else await lease?.release();
    await this.#replicas?.confirm({ name: names.record, version });
    return { ok: true, version };
  }

  async delete(key: AccountKey): Promise<void> {
    const names = this.#layout.of(key);
    const { record, due, member, channel } = names;
    const announced = this.#layout.announced(names, this.#layout.sealedUserId(key));
    this.#opened.forget(record);
    await this.#scripts.run({ script: 'delete', keys: [record, due], args: [member, channel, announced] });
  }

  async acquire(
    key: AccountKey,
    options: { readonly ttlMs: number },
  ): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null } | null> {
    this.#scripts.assertOpen('store.acquire');
    const ttlMs = wholeMs('ttlMs', options.ttlMs, MAX_LEASE_MS);
    const names = this.#layout.of(key);
    const owner = this.#ids.draw();
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
      return { lease, found: this.#values.open(found, key) };
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    this.#scripts.assertOpen('store.watch');
    return this.#changes.watch((event) => {
      if (typeof event === 'object') this.#opened.forget(this.#layout.of(event.key).record);
      listener(event);
    });
  }

  async due(options: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]> {
    this.#scripts.assertOpen('store.due');
    if (Number.isNaN(options.before)) throw invalid('before', options.before, 'epoch milliseconds');
    if (Number.isNaN(options.limit)) throw invalid('limit', options.limit, 'a number');
    const limit = Math.min(Math.floor(options.limit), Number.MAX_SAFE_INTEGER);
    return this.#due.find({ before: options.before, limit });
  }

  async reencryptAll(options: ReencryptOptions = {}): Promise<ReencryptReport> {
    this.#scripts.assertOpen('store.reencryptAll');
    const currentKeyId = this.#currentKeyId;
    if (currentKeyId === null) {
      throw invalid('plaintext', true, 'a cipher: records in plain text have no key that could be changed');
    }
    const [scripts, layout, values, due, ids] = [this.#scripts, this.#layout, this.#values, this.#due, this.#ids];
    const scan = new RecordScan({ client: this.#connection.client, scripts, layout, timeoutMs: this.#timeoutMs });
    return reencryptAll({ scripts, layout, values, due, scan, ids, currentKeyId }, options);
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
    this.#opened.clear();
    this.#replicas?.close();
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
  return storeError(`${option} is ${String(value)}; expected ${expected}`, {
    code: 'invalid_option',
    retryable: false,
  });
}
