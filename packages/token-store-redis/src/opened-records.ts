import type { AccountKey, StoredRecord } from '@tt/oauth';
import { RecentMap } from './recent-map.js';
import type { StoredValues } from './stored-value.js';

interface Opened {
  readonly text: unknown;
  readonly stored: StoredRecord;
}

/** As many accounts as the cache of tokens holds. */
const MAX_KEPT = 10_000;

/**
 * The records that were opened last. Redis is asked each time all the same; but the very text that was opened before, for
 * the same account, is not opened anew, which would cost more than asking for it. What is heard to have changed is
 * forgotten at once: nobody needs it any more, and there are tokens in it.
 */
export class OpenedRecords {
  readonly #values: StoredValues;
  readonly #recent = new RecentMap<Opened>(MAX_KEPT);

  constructor(values: StoredValues) {
    this.#values = values;
  }

  /**
   * The record in a reply of Redis, `null` where there was none.
   *
   * @param place.name The name of the record in Redis.
   * @throws TikTokError `TOKEN_STORE_ERROR` when it does not open.
   */
  open(reply: unknown, { key, name }: { readonly key: AccountKey; readonly name: string }): StoredRecord | null {
    const known = this.#recent.get(name);
    if (known !== undefined && known.text === reply) return copyOf(known.stored);
    const stored = this.#values.open(reply, key);
    if (stored === null) this.#recent.delete(name);
    else this.#recent.set(name, { text: reply, stored: copyOf(stored) });
    return stored;
  }

  forget(name: string): void {
    this.#recent.delete(name);
  }

  clear(): void {
    this.#recent.clear();
  }
}

/** Whoever reads a record may change what they got. */
function copyOf({ record, version }: StoredRecord): StoredRecord {
  const { signInNeeded, ...rest } = record;
  return { record: signInNeeded === undefined ? rest : { ...rest, signInNeeded: { ...signInNeeded } }, version };
}
