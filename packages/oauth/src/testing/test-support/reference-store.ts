import { randomUUID } from 'node:crypto';
import { storeError } from '@tt/errors';
import type { TokenRecord } from '../../token-record.js';
import type {
  AccountKey,
  Lease,
  PutOptions,
  PutResult,
  StoredRecord,
  StoreEvent,
  TokenStore,
} from '../../token-store.js';

interface Row {
  readonly key: AccountKey;
  readonly stored: StoredRecord;
  readonly dueAt: number;
  readonly expiresAt: number;
}

/** What the instances of a reference store share, open to be broken. Its time is `Date.now()`. */
export class Database {
  readonly rows = new Map<string, Row>();
  /** Owner and end of each lease. */
  readonly leases = new Map<string, { readonly owner: string; readonly endsAt: number }>();
  readonly listeners = new Set<{ readonly hear: (event: StoreEvent) => void }>();
  isDown = false;
  losesNextAnswer = false;

  drawVersion(_record: TokenRecord, _previous: string | null): string {
    return randomUUID();
  }

  row(key: AccountKey): Row | undefined {
    const row = this.rows.get(nameOf(key));
    return row !== undefined && row.expiresAt > Date.now() ? row : undefined;
  }

  ownerOf(key: AccountKey): string | undefined {
    const lease = this.leases.get(nameOf(key));
    return lease !== undefined && lease.endsAt > Date.now() ? lease.owner : undefined;
  }

  tell(event: StoreEvent): void {
    for (const { hear } of [...this.listeners]) telling(hear, event);
  }

  dropConnections(): void {
    this.tell('down');
    this.tell('up');
  }
}

/** A store that keeps every rule and does every step in one go; what the suite's own tests break, one rule at a time. */
export function openReference(database: Database): TokenStore {
  const closed = new AbortController();
  const mine = new Set<{ readonly hear: (event: StoreEvent) => void }>();

  const ask = (operation: string): void => {
    if (closed.signal.aborted) throw storeError('closed', { code: 'closed', operation, retryable: false });
    if (database.isDown) throw storeError('unreachable', { code: 'unreachable', operation });
  };

  return {
    async get(key) {
      ask('store.get');
      return structuredClone(database.row(key)?.stored ?? null);
    },

    async put(key, record, options) {
      ask('store.put');
      const result = write(database, key, { record, options });
      if (database.losesNextAnswer) {
        database.losesNextAnswer = false;
        throw storeError('no answer', { code: 'timeout', operation: 'store.put', outcomeUnknown: true });
      }
      if (result.ok) await options.lease?.release();
      return structuredClone(result);
    },

    async delete(key) {
      ask('store.delete');
      const there = database.row(key) !== undefined;
      database.rows.delete(nameOf(key));
      if (there) database.tell({ key, version: null });
    },

    async acquire(key, { ttlMs }) {
      ask('store.acquire');
      if (database.ownerOf(key) !== undefined) return null;
      const lease = grant(database, key, { ttlMs, ask, closed: closed.signal });
      return { lease, found: structuredClone(database.row(key)?.stored ?? null) };
    },

    watch(hear) {
      ask('store.watch');
      const entry = { hear };
      for (const set of [mine, database.listeners]) set.add(entry);
      telling(hear, 'up');
      return () => {
        for (const set of [mine, database.listeners]) set.delete(entry);
      };
    },

    async due({ before, limit }) {
      ask('store.due');
      return [...database.rows.values()]
        .filter(({ key, dueAt }) => dueAt <= before && database.row(key) !== undefined)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(({ key }) => key);
    },

    async close() {
      if (closed.signal.aborted) return;
      closed.abort(storeError('closed', { code: 'lease_lost', operation: 'store.lease' }));
      for (const entry of mine) {
        database.listeners.delete(entry);
        telling(entry.hear, 'down');
      }
    },
  };
}

function write(
  database: Database,
  key: AccountKey,
  { record, options }: { readonly record: TokenRecord; readonly options: PutOptions },
): PutResult {
  const found = database.row(key)?.stored ?? null;
  if ((found?.version ?? null) !== options.ifVersion) return { ok: false, found };
  const version = database.drawVersion(record, found?.version ?? null);
  database.rows.set(nameOf(key), {
    key,
    stored: { record: structuredClone(record), version },
    dueAt: options.dueAt,
    expiresAt: Date.now() + options.expiresInMs,
  });
  database.tell({ key, version });
  return { ok: true, version };
}

interface Granted {
  readonly ttlMs: number;
  readonly ask: (operation: string) => void;
  readonly closed: AbortSignal;
}

function grant(database: Database, key: AccountKey, { ttlMs, ask, closed }: Granted): Lease {
  const owner = randomUUID();
  const lost = new AbortController();
  const isOurs = (): boolean => !closed.aborted && database.ownerOf(key) === owner;
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    clearTimeout(timer);
    database.leases.set(nameOf(key), { owner, endsAt: Date.now() + ttlMs });
    timer = setTimeout(
      () => lost.abort(storeError('run out', { code: 'lease_lost', operation: 'store.lease' })),
      ttlMs,
    );
  };
  start();
  return {
    lost: AbortSignal.any([lost.signal, closed]),
    async extend() {
      if (!closed.aborted) ask('store.lease');
      if (!isOurs()) return false;
      start();
      return true;
    },
    async release() {
      if (!isOurs()) return;
      clearTimeout(timer);
      database.leases.delete(nameOf(key));
    },
  };
}

function telling(hear: (event: StoreEvent) => void, event: StoreEvent): void {
  try {
    hear(event);
  } catch {
    // As the contract has it.
  }
}

export function nameOf({ clientKey, userId }: AccountKey): string {
  return JSON.stringify([clientKey, userId]);
}
