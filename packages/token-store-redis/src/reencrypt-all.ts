import { storeError, TikTokError } from '@tt/errors';
import type { AccountKey } from '@tt/oauth';
import type { DueIndex } from './due-index.js';
import type { KeyLayout, RecordPlace } from './key-layout.js';
import { putCall } from './put-call.js';
import type { RandomIds } from './random-ids.js';
import type { RecordScan } from './record-scan.js';
import { pairOf } from './script-reply.js';
import type { ScriptRunner } from './script-runner.js';
import type { StoredValues } from './stored-value.js';

/** How to go about encrypting every record anew. */
export interface ReencryptOptions {
  /** Ends it behind the records that are being written; the next run goes on from there. */
  readonly signal?: AbortSignal | undefined;
  /** How many records at a time, 1 to 1,000. Default: 8. */
  readonly concurrency?: number | undefined;
  /** Told after every few hundred records. What it throws ends the run. */
  readonly onProgress?: ((progress: ReencryptProgress) => void) | undefined;
}

/** How far a run has come. */
export interface ReencryptProgress {
  /** Records looked at, by this run. */
  readonly checked: number;
  /** Records written anew, by this run. The others had the current key already, or are gone. */
  readonly reencrypted: number;
  /** Records that do not open. They stay as they are. */
  readonly failed: number;
  /**
   * How many records may still be under another key: those that failed and, until the run is over, those that it has not
   * looked at.
   */
  readonly remaining: number;
}

/** What became of the records. */
export interface ReencryptReport extends ReencryptProgress {
  /** The first thousand that failed. */
  readonly failures: readonly ReencryptFailure[];
}

/** A record that was left as it is, because it does not open. */
export interface ReencryptFailure {
  /** `null` where not even the account can be told. */
  readonly key: AccountKey | null;
  /** Its key in Redis. */
  readonly redisKey: string;
  /** `TOKEN_STORE_ERROR` with code `undecryptable`, `unknown_cipher_key` or `malformed_record`. */
  readonly error: TikTokError;
}

interface SweepParts {
  readonly scripts: ScriptRunner;
  readonly scan: RecordScan;
  readonly due: DueIndex;
  readonly layout: KeyLayout;
  readonly values: StoredValues;
  readonly ids: RandomIds;
  readonly currentKeyId: string;
}

type Outcome =
  /** It has the current key, or is gone. */
  | { readonly kind: 'left' }
  | { readonly kind: 'reencrypted' }
  | { readonly kind: 'failed'; readonly key: AccountKey | null; readonly error: TikTokError };

const OPERATION = 'store.reencryptAll';
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 1_000;
const MAX_FAILURES = 1_000;

/** What says something of one record, and nothing of Redis or of the other records. */
const OF_THE_RECORD: ReadonlySet<unknown> = new Set(['malformed_record', 'undecryptable', 'unknown_cipher_key']);

/**
 * Writes every record that is under another key anew, under the current one. It keeps no state of its own: a record
 * tells by its key id whether it is done, so a run that broke off is simply run again.
 */
export async function reencryptAll(parts: SweepParts, options: ReencryptOptions): Promise<ReencryptReport> {
  const { signal, onProgress } = options;
  const concurrency = concurrencyOf(options);
  signal?.throwIfAborted();
  const total = await parts.due.count(OPERATION);
  const failures: ReencryptFailure[] = [];
  // SCAN may come by a record twice; one that failed counts once.
  const failed = new Set<string>();
  let checked = 0;
  let reencrypted = 0;

  const progress = (unseen: number): ReencryptProgress => ({
    checked,
    reencrypted,
    failed: failed.size,
    remaining: Math.max(0, unseen) + failed.size,
  });
  const worker = async (names: Iterable<string>): Promise<void> => {
    for (const redisKey of names) {
      signal?.throwIfAborted();
      const place = parts.layout.placeOf(redisKey);
      if (place === null) continue;
      const outcome = await reencrypt(parts, place);
      checked += 1;
      if (outcome.kind === 'reencrypted') reencrypted += 1;
      if (outcome.kind !== 'failed' || failed.has(redisKey)) continue;
      failed.add(redisKey);
      if (failures.length < MAX_FAILURES) failures.push({ key: outcome.key, redisKey, error: outcome.error });
    }
  };

  for await (const page of parts.scan.pages()) {
    // One iterator for all of them, so that each name is taken once.
    const names = page.values();
    const ends = await Promise.allSettled(Array.from({ length: concurrency }, () => worker(names)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    onProgress?.(progress(total - checked));
    signal?.throwIfAborted();
  }
  return { ...progress(0), failures };
}

async function reencrypt(parts: SweepParts, { record, member }: RecordPlace): Promise<Outcome> {
  const { scripts, layout, values, ids, currentKeyId } = parts;
  let key = layout.accountOf(member);
  try {
    let found = await scripts.read(record, OPERATION);
    while (found !== null) {
      const value = values.parts(found);
      key ??= layout.accountOf(`${member}:${value.sealedUserId}`);
      if (key === null || layout.of(key).record !== record) throw astray();
      if (values.keyIdOf(value) === currentKeyId) return { kind: 'left' };
      // D6: over this very version. A pair that came in between was written by somebody who knew better.
      const { version: ifVersion, dueAt } = value;
      const write = { key, record: values.recordIn(value, key), ifVersion, dueAt, version: ids.draw() } as const;
      const call = putCall(parts, { ...write, expiresInMs: 'kept', owner: '' });
      const [written, instead] = pairOf(await scripts.run({ ...call, operation: OPERATION }));
      if (written) return { kind: 'reencrypted' };
      found = instead ?? null;
    }
    return { kind: 'left' };
  } catch (error) {
    if (TikTokError.isInstance(error) && OF_THE_RECORD.has(error.code)) return { kind: 'failed', key, error };
    throw error;
  }
}

function astray(): Error {
  return storeError('The record is not where the account it names belongs', {
    code: 'malformed_record',
    operation: OPERATION,
    retryable: false,
  });
}

function concurrencyOf({ concurrency = DEFAULT_CONCURRENCY }: ReencryptOptions): number {
  if (Number.isSafeInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_CONCURRENCY) return concurrency;
  throw storeError(`concurrency is ${String(concurrency)}; expected a whole number from 1 to ${MAX_CONCURRENCY}`, {
    code: 'invalid_option',
    operation: OPERATION,
    retryable: false,
  });
}
