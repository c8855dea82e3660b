import { sleep } from '@tt/resilience';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectedAccount, expired } from '../test-support/connected-account.js';
import { type Reply, tokenAnswer } from '../test-support/scripted-tiktok.js';
import type { Lease } from '../token-store.js';
import { KeptLease } from './kept-lease.js';

const timing = { now: Date.now, monotonic: () => performance.now(), sleep, random: Math.random };

function aLease(extend: () => Promise<boolean> = async () => true) {
  const lease = { lost: new AbortController().signal, extend: vi.fn(extend), release: vi.fn(async () => undefined) };
  return {
    lease: lease satisfies Lease,
    kept: new KeptLease(lease, { askedAt: performance.now(), ttlMs: 15_000, timing }),
  };
}

describe('a lease that is kept (D2)', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is extended every five seconds, until it is given back', async () => {
    const { lease, kept } = aLease();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(lease.extend).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10_001);
    expect(lease.extend).toHaveBeenCalledTimes(3);
    await kept.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lease.extend).toHaveBeenCalledTimes(3);
    expect(lease.release).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on when the store fails to extend it once', async () => {
    const { lease } = aLease(() => Promise.reject(new Error('connection lost')));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(lease.extend).toHaveBeenCalledTimes(3);
  });

  it('is not extended any more once it belongs to somebody else', async () => {
    const { lease } = aLease(async () => false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lease.extend).toHaveBeenCalledOnce();
  });

  it('that a write has released is not released again', async () => {
    const { lease, kept } = aLease();
    kept.end();
    await kept.release();
    expect(lease.release).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that certainly lasts long enough is not asked about', async () => {
    const { lease, kept } = aLease();
    await expect(kept.lasts(8_000)).resolves.toBe(true);
    expect(lease.extend).not.toHaveBeenCalled();
  });

  it('that may not last long enough is extended first, and its life counts from before the store was asked', async () => {
    const { lease, kept } = aLease(async () => {
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      return true;
    });
    await vi.advanceTimersByTimeAsync(4_500);
    const asked = kept.lasts(11_000);
    await vi.advanceTimersByTimeAsync(4_000);
    await expect(asked).resolves.toBe(true);
    // Twice: it was time for the timer, too.
    expect(lease.extend).toHaveBeenCalledTimes(2);
  });

  it('that is somebody else’s by now does not last', async () => {
    const { kept } = aLease(async () => false);
    await expect(kept.lasts(15_001)).resolves.toBe(false);
    await expect(kept.lasts(1)).resolves.toBe(false);
  });

  it('whose store says that it is lost does not last', async () => {
    const lost = new AbortController();
    const lease: Lease = { lost: lost.signal, extend: async () => true, release: async () => undefined };
    const kept = new KeptLease(lease, { askedAt: performance.now(), ttlMs: 15_000, timing });
    lost.abort();
    await expect(kept.lasts(1)).resolves.toBe(false);
  });

  it('ends with the one who keeps it', async () => {
    const closing = new AbortController();
    const lease = {
      lost: new AbortController().signal,
      extend: vi.fn(async () => true),
      release: async () => undefined,
    };
    new KeptLease(lease, { askedAt: performance.now(), ttlMs: 15_000, timing, closing: closing.signal });
    closing.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lease.extend).not.toHaveBeenCalled();
  });
});

describe('just before each send (D2)', () => {
  it('a lease that was lost sends nothing: it begins again by reading', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), { policy: { timeoutMs: 20_000 } });
    const { acquire } = account.store;
    let lost = 0;
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null || lost > 0) return acquired;
      lost += 1;
      // A lease of 27 s that has 20 s left is asked about; this one is gone.
      const { lease } = acquired;
      vi.spyOn(performance, 'now').mockImplementation(() => process.uptime() * 1000 + 10_000);
      return { ...acquired, lease: { lost: lease.lost, release: () => lease.release(), extend: async () => false } };
    };
    try {
      await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    } finally {
      vi.restoreAllMocks();
    }
    expect(account.tiktok.forms).toHaveLength(1);
    expect(lost).toBe(1);
  });

  it('a store that cannot extend it is TOKEN_STORE_ERROR, never a refresh on trust', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { acquire } = account.store;
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null) return null;
      const { lease } = acquired;
      vi.spyOn(performance, 'now').mockImplementation(() => process.uptime() * 1000 + 60_000);
      const extend = () => Promise.reject(new Error('connection lost'));
      return { ...acquired, lease: { lost: lease.lost, release: () => lease.release(), extend } };
    };
    try {
      await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
    } finally {
      vi.restoreAllMocks();
    }
    expect(account.tiktok.forms).toHaveLength(0);
  });
});

describe('another process has the lease (D2)', () => {
  const slow = { ...(tokenAnswer('new') as object), afterMs: 300 } as Reply;

  it('its result is heard of, and costs the one who waits a read and no request', async () => {
    await using account = await connectedAccount(expired, () => slow);
    const other = account.another();
    const first = other.getValidToken('u1');
    await expect.poll(() => account.tiktok.forms.length).toBe(1);
    account.calls('get');
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    await first;
    expect(account.tiktok.forms).toHaveLength(1);
    // One to learn that it has run out, one to learn the news.
    expect(account.calls('get')).toBe(2);
  });

  it('one that has died is taken over from when its lease has run out', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    await account.store.acquire(account.key, { ttlMs: 600 });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
  });

  it('whoever waits for it and gives up harms nobody', async () => {
    await using account = await connectedAccount(expired, () => slow);
    const other = account.another();
    const first = other.getValidToken('u1');
    await expect.poll(() => account.tiktok.forms.length).toBe(1);
    await expect(account.oauth.getValidToken('u1', { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(first).resolves.toBe('act.new');
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('a late one whose lease was taken over gets its pair stored: the answer counts, not the lease (D6)', async () => {
    await using account = await connectedAccount(expired, (form) =>
      form.grant_type === 'refresh_token' ? slow : { body: {} },
    );
    const { acquire } = account.store;
    account.store.acquire = (key) => acquire(key, { ttlMs: 50 });
    const late = account.oauth.getValidToken('u1');
    await expect.poll(() => account.tiktok.forms.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Somebody has it now, and marks the account.
    await expect(acquire(account.key, { ttlMs: 10_000 })).resolves.not.toBeNull();
    await account.write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
    await expect(late).resolves.toBe('act.new');
    expect((await account.stored())?.record.refreshToken).toBe('rft.new');
    expect((await account.stored())?.record.signInNeeded).toBeUndefined();
  });
});
