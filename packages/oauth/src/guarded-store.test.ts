import { describe, expect, it } from 'vitest';
import { guardedStore } from './guarded-store.js';
import { MemoryTokenStore } from './memory-token-store.js';
import { anAccount, aRecord } from './test-support/records.js';

const terms = { ifVersion: null, expiresInMs: 1_000, dueAt: 0 };

describe('guardedStore', () => {
  it('is the store it guards', async () => {
    const store = guardedStore(new MemoryTokenStore());
    await expect(store.put(anAccount(), aRecord(), terms)).resolves.toMatchObject({ ok: true });
    await expect(store.get(anAccount())).resolves.toMatchObject({ record: aRecord() });
    await expect(store.due({ before: 1, limit: 1 })).resolves.toEqual([anAccount()]);
    const acquired = await store.acquire(anAccount(), { ttlMs: 1_000 });
    await expect(acquired?.lease.extend()).resolves.toBe(true);
    await acquired?.lease.release();
    await store.delete(anAccount());
    const events: unknown[] = [];
    store.watch((event) => events.push(event))();
    expect(events).toEqual(['up']);
    await store.close();
    await expect(store.get(anAccount())).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'closed' });
  });

  it.each(['get', 'put', 'delete', 'acquire', 'due', 'close'] as const)(
    'whatever %s throws is a TikTokError',
    async (method) => {
      const broken = new MemoryTokenStore();
      const cause = new Error('ECONNRESET');
      Object.defineProperty(broken, method, {
        value: () => {
          throw cause;
        },
      });
      const store = guardedStore(broken);
      const calls = {
        get: () => store.get(anAccount()),
        put: () => store.put(anAccount(), aRecord(), terms),
        delete: () => store.delete(anAccount()),
        acquire: () => store.acquire(anAccount(), { ttlMs: 1 }),
        due: () => store.due({ before: 0, limit: 1 }),
        close: () => store.close(),
      };
      await expect(calls[method]()).rejects.toMatchObject({
        type: 'TOKEN_STORE_ERROR',
        code: 'store_failed',
        operation: `store.${method}`,
        cause,
      });
    },
  );
});
