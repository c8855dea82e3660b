import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryTokenStore } from './memory-token-store.js';
import { anAccount, aRecord } from './test-support/records.js';
import type { StoreEvent } from './token-store.js';

const HOUR = 3_600_000;
const terms = { ifVersion: null, expiresInMs: HOUR, dueAt: 0 };

let store: MemoryTokenStore;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  store = new MemoryTokenStore();
});

afterEach(async () => {
  await store.close();
  vi.useRealTimers();
});

describe('get, put and delete', () => {
  it('keeps a copy that nobody outside can change', async () => {
    const record = { ...aRecord() };
    const put = await store.put(anAccount(), record, terms);
    record.accessToken = 'changed';
    const stored = await store.get(anAccount());
    expect(stored).toEqual({ record: aRecord(), version: put.ok ? put.version : '' });
    expect(() => Object.assign(stored?.record ?? {}, { accessToken: 'changed' })).toThrow(TypeError);
  });

  it('writes only over the version that was read, and tells the late writer what it found', async () => {
    const first = await store.put(anAccount(), aRecord({ accessToken: 'a1' }), terms);
    const version = first.ok ? first.version : '';
    await expect(
      store.put(anAccount(), aRecord({ accessToken: 'a2' }), { ...terms, ifVersion: version }),
    ).resolves.toMatchObject({ ok: true });
    await expect(
      store.put(anAccount(), aRecord({ accessToken: 'late' }), { ...terms, ifVersion: version }),
    ).resolves.toMatchObject({
      ok: false,
      found: { record: { accessToken: 'a2' } },
    });
    await expect(store.put(anAccount(), aRecord(), terms)).resolves.toMatchObject({ ok: false });
  });

  it('never uses a version again, after a delete either', async () => {
    const versions = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const put = await store.put(anAccount(), aRecord(), terms);
      if (put.ok) versions.add(put.version);
      await store.delete(anAccount());
    }
    expect(versions.size).toBe(50);
    await expect(store.get(anAccount())).resolves.toBeNull();
  });

  it('keeps apart what only looks alike when joined', async () => {
    await store.put({ clientKey: 'a', userId: 'b:c' }, aRecord(), terms);
    await expect(store.get({ clientKey: 'a:b', userId: 'c' })).resolves.toBeNull();
  });

  it('forgets a record when its time is over', async () => {
    await store.put(anAccount(), aRecord(), terms);
    vi.advanceTimersByTime(HOUR - 1);
    await expect(store.get(anAccount())).resolves.not.toBeNull();
    vi.advanceTimersByTime(1);
    await expect(store.get(anAccount())).resolves.toBeNull();
  });
});

describe('at its limit (D19)', () => {
  it('refuses a new account by name, drops none, and still rewrites the ones it has', async () => {
    store = new MemoryTokenStore({ maxAccounts: 2 });
    const put = await store.put(anAccount('u1'), aRecord(), terms);
    await store.put(anAccount('u2'), aRecord(), terms);
    await expect(store.put(anAccount('u3'), aRecord(), terms)).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'store_full',
      message: 'MemoryTokenStore is full: it holds 2 accounts and drops none',
    });
    await expect(store.get(anAccount('u1'))).resolves.not.toBeNull();
    const again = { ...terms, ifVersion: put.ok ? put.version : null };
    await expect(store.put(anAccount('u1'), aRecord(), again)).resolves.toMatchObject({ ok: true });
  });

  it('takes a new account where another has expired', async () => {
    store = new MemoryTokenStore({ maxAccounts: 1 });
    await store.put(anAccount('u1'), aRecord(), terms);
    vi.advanceTimersByTime(HOUR);
    await expect(store.put(anAccount('u2'), aRecord(), terms)).resolves.toMatchObject({ ok: true });
  });

  it('refuses a limit that is none', () => {
    expect(() => new MemoryTokenStore({ maxAccounts: 0 })).toThrow('MemoryTokenStore: maxAccounts is 0');
  });
});

describe('leases', () => {
  it('one at a time, with the record as it is now', async () => {
    await store.put(anAccount(), aRecord(), terms);
    const held = await store.acquire(anAccount(), { ttlMs: 100 });
    expect(held?.found?.record).toEqual(aRecord());
    await expect(store.acquire(anAccount(), { ttlMs: 100 })).resolves.toBeNull();
    await expect(store.acquire(anAccount('other'), { ttlMs: 100 })).resolves.not.toBeNull();
    await held?.lease.release();
    await expect(store.acquire(anAccount(), { ttlMs: 100 })).resolves.not.toBeNull();
  });

  it('runs out, says so, and then belongs to whoever takes it next', async () => {
    const held = await store.acquire(anAccount(), { ttlMs: 100 });
    await expect(held?.lease.extend()).resolves.toBe(true);
    vi.advanceTimersByTime(99);
    await held?.lease.extend();
    vi.advanceTimersByTime(99);
    expect(held?.lease.lost.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(held?.lease.lost.aborted).toBe(true);
    const next = await store.acquire(anAccount(), { ttlMs: 100 });
    await expect(held?.lease.extend()).resolves.toBe(false);
    await held?.lease.release();
    expect(next?.lease.lost.aborted).toBe(false);
    await expect(store.acquire(anAccount(), { ttlMs: 100 })).resolves.toBeNull();
  });

  it('is given back together with the write', async () => {
    const held = await store.acquire(anAccount(), { ttlMs: 100 });
    await store.put(anAccount(), aRecord(), { ...terms, lease: held?.lease });
    await expect(store.acquire(anAccount(), { ttlMs: 100 })).resolves.not.toBeNull();
  });
});

describe('watch, due and close', () => {
  it('hears of every change, without the record, until it stops listening', async () => {
    const heard: StoreEvent[] = [];
    const stop = store.watch((event) => heard.push(event));
    const put = await store.put(anAccount(), aRecord(), terms);
    await store.delete(anAccount());
    await store.delete(anAccount());
    stop();
    await store.put(anAccount(), aRecord(), terms);
    expect(heard).toEqual([
      'up',
      { key: anAccount(), version: put.ok ? put.version : '' },
      { key: anAccount(), version: null },
    ]);
  });

  it('lists what is due, the most overdue first', async () => {
    for (const [userId, dueAt] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
      ['d', 99],
    ] as const) {
      await store.put(anAccount(userId), aRecord(), { ...terms, dueAt });
    }
    const due = await store.due({ before: 30, limit: 2 });
    expect(due.map(({ userId }) => userId)).toEqual(['b', 'c']);
  });

  it('after close it says so, and leaves no timer', async () => {
    const heard: StoreEvent[] = [];
    store.watch((event) => heard.push(event));
    const held = await store.acquire(anAccount(), { ttlMs: 100 });
    await store.close();
    expect(held?.lease.lost.aborted).toBe(true);
    expect(heard).toEqual(['up', 'down']);
    expect(vi.getTimerCount()).toBe(0);
    await expect(store.get(anAccount())).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'closed' });
    expect(() => store.watch(() => undefined)).toThrow(expect.objectContaining({ code: 'closed' }));
  });

  it('a listener that throws is warned of, and neither the writer nor the other listeners feel it', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const heard: StoreEvent[] = [];
    store.watch(() => {
      throw new Error('mine');
    });
    store.watch((event) => heard.push(event));
    await expect(store.put(anAccount(), aRecord(), terms)).resolves.toMatchObject({ ok: true });
    expect(heard).toHaveLength(2);
    expect(warned).toHaveBeenCalledTimes(2);
  });
});

describe('in production', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it.each([
    ['production', {}, 1],
    ['production', { allowInProduction: true }, 0],
    ['test', {}, 0],
  ])('NODE_ENV %s with %o: %d warnings', (environment, options, warnings) => {
    vi.stubEnv('NODE_ENV', environment);
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    new MemoryTokenStore(options);
    expect(emitWarning).toHaveBeenCalledTimes(warnings);
  });
});

it.each([Number.NaN, 0, -1, 2 ** 31])('refuses a lease of %d ms', async (ttlMs) => {
  const other = new MemoryTokenStore();
  await expect(other.acquire(anAccount(), { ttlMs })).rejects.toMatchObject({
    code: 'invalid_option',
    retryable: false,
  });
});
