import type { AccountKey, TokenRecord } from '@tt/oauth';
import type { KeyLayout } from './key-layout.js';
import type { StoredValues } from './stored-value.js';

/** A write that compares. */
interface Write {
  readonly key: AccountKey;
  readonly record: TokenRecord;
  /** The version it replaces; `null` where there must be no record yet. */
  readonly ifVersion: string | null;
  /** Drawn for this write. */
  readonly version: string;
  /** In milliseconds; `kept`: for as long as the record it replaces would have been. */
  readonly expiresInMs: number | 'kept';
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** Of the lease that goes with the write; empty where none does. */
  readonly owner: string;
}

interface WriteParts {
  readonly layout: KeyLayout;
  readonly values: StoredValues;
}

/** The call of the script `put`. */
export function putCall({ layout, values }: WriteParts, write: Write) {
  const { key, record, ifVersion, version, expiresInMs, dueAt, owner } = write;
  const names = layout.of(key);
  const sealedUserId = layout.sealedUserId(key);
  return {
    script: 'put',
    keys: [names.record, names.lease, names.due],
    args: [
      ifVersion === null ? 'absent' : `=${ifVersion}`,
      version,
      values.seal(record, { ...key, version, dueAt, sealedUserId }),
      String(expiresInMs),
      String(dueAt),
      names.member,
      owner,
      names.channel,
      layout.announced(names, sealedUserId),
    ],
  } as const;
}
