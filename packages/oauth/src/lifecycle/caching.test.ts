import { describe, expect, it } from 'vitest';
import { connectedAccount, due, expired, fresh, hoursLeft } from '../test-support/connected-account.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';
import type { StoreEvent } from '../token-store.js';

const theirs = { accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...fresh };

describe('the tokens in memory (D17)', () => {
  it('a token that was read once is served without asking the store', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    account.calls('get');
    for (let i = 0; i < 100; i++) await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.old');
    expect(account.calls('get')).toBe(0);
    expect(account.calls('acquire')).toBe(0);
  });

  it('1,000 callers whose token is not in memory make one read', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await Promise.all(Array.from({ length: 1_000 }, () => account.oauth.getValidToken('u1')));
    expect(account.calls('get')).toBe(1);
  });

  it('a token that another process has replaced is not served any more', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    await account.write(theirs);
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.theirs');
  });

  it('a token that another process has deleted is not served any more', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    await account.another().clearToken('u1');
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
  });

  it('a read that began before a change is heard of serves who asked, and is not kept', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const { get } = account.store;
    account.store.get = async (key) => {
      const found = await get(key);
      // It was read; before the answer arrives, another process writes.
      await account.write(theirs);
      account.store.get = get;
      return found;
    };
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.old');
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.theirs');
  });

  it('beyond its age a token is asked for again', async () => {
    let now = Date.now();
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'), { now: () => now });
    await account.oauth.getValidToken('u1');
    account.calls('get');
    now += 59_999;
    await account.oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(0);
    now += 1;
    await account.oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(1);
  });

  it('a clock that was set back makes no token younger', async () => {
    let now = Date.now();
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'), { now: () => now });
    await account.oauth.getValidToken('u1');
    account.calls('get');
    now -= 3_600_000;
    await account.oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(1);
  });

  it('the most accounts are bounded, and 0 asks the store each time', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'), { cache: { maxAccounts: 0 } });
    for (let i = 0; i < 3; i++) await account.oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(3);
  });

  it.each([
    [{ maxAccounts: -1 }, 'cache.maxAccounts is -1'],
    [{ maxAgeMs: 0.5 }, 'cache.maxAgeMs is 0.5'],
  ])('refuses %o by name', async (cache, message) => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    expect(() => account.another({ cache })).toThrow(message);
  });

  it('an account that must sign in again is asked for once', async () => {
    await using account = await connectedAccount({ ...expired, signInNeeded: { reason: 'refused', at: 1 } }, () =>
      tokenAnswer('new'),
    );
    const call = () => account.oauth.getValidToken('u1');
    await expect(call()).rejects.toMatchObject({ code: 'sign_in_needed' });
    account.calls('get');
    await expect(call()).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect(account.calls('get')).toBe(0);
    expect(account.tiktok.forms).toHaveLength(0);
  });
});

describe('a subscription that is down (D17)', () => {
  async function withSubscription(record: Parameters<typeof connectedAccount>[0]) {
    const account = await connectedAccount(record, () => tokenAnswer('new'));
    let tell: (event: StoreEvent) => void = () => undefined;
    const { watch } = account.store;
    account.store.watch = (listener) => {
      tell = listener;
      return watch(listener);
    };
    const oauth = account.another();
    return { account, oauth, tell: (event: StoreEvent) => tell(event) };
  }

  it('asks the store first, at each call', async () => {
    const { account, oauth, tell } = await withSubscription(fresh);
    await using _account = account;
    await oauth.getValidToken('u1');
    tell('down');
    account.calls('get');
    await oauth.getValidToken('u1');
    await oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(2);
  });

  it('what was read before it came back is asked for again', async () => {
    const { account, oauth, tell } = await withSubscription(fresh);
    await using _account = account;
    await oauth.getValidToken('u1');
    tell('down');
    tell('up');
    account.calls('get');
    await oauth.getValidToken('u1');
    await oauth.getValidToken('u1');
    expect(account.calls('get')).toBe(1);
  });

  it('where the store cannot be asked either, the token is served while it is valid, and recovers by itself', async () => {
    const { account, oauth, tell } = await withSubscription(fresh);
    await using _account = account;
    await oauth.getValidToken('u1');
    tell('down');
    const { get } = account.store;
    let asked = 0;
    account.store.get = () => {
      asked += 1;
      return Promise.reject(new Error('connection lost'));
    };
    for (let i = 0; i < 10; i++) await expect(oauth.getValidToken('u1')).resolves.toBe('act.old');
    // A store that has just failed is left alone for a moment.
    expect(asked).toBe(1);
    account.store.get = get;
    await account.write(theirs);
    tell('up');
    await expect.poll(() => oauth.getValidToken('u1')).toBe('act.theirs');
  });

  it('a store that says the account is gone is believed, though a token is at hand', async () => {
    const { account, oauth, tell } = await withSubscription(fresh);
    await using _account = account;
    await oauth.getValidToken('u1');
    tell('down');
    account.store.get = () => Promise.resolve(null);
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
    account.store.get = () => Promise.reject(new Error('connection lost'));
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
  });

  it('a token that has run out is not served, whatever the store says', async () => {
    let now = Date.now();
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'), { now: () => now });
    await account.oauth.getValidToken('u1');
    account.store.get = () => Promise.reject(new Error('connection lost'));
    now += 24 * 3_600_000;
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
  });
});

describe('a store that does not answer', () => {
  const hangs = () => new Promise<never>(() => undefined);

  it('costs who has a valid token two seconds, and nobody anything once it is back', async () => {
    let now = Date.now();
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'), { now: () => now });
    await account.oauth.getValidToken('u1');
    const { get } = account.store;
    account.store.get = hangs;
    now += 61_000;
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.old');
    account.store.get = get;
    await account.write(theirs);
    await expect.poll(() => account.oauth.getValidToken('u1'), { timeout: 8_000 }).toBe('act.theirs');
  }, 15_000);

  it('is TOKEN_STORE_ERROR for who has none, in a bounded time', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    account.store.get = hangs;
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'timeout',
    });
  }, 10_000);

  it('when a lease is given back holds nobody up', async () => {
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'));
    const { acquire } = account.store;
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null) return null;
      const { lease, found } = acquired;
      return { found, lease: { lost: lease.lost, extend: () => lease.extend(), release: hangs } };
    };
    await account.write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
    const started = performance.now();
    await expect(account.oauth.refreshAccessToken('rft.old', { userId: 'u1' })).rejects.toMatchObject({
      code: 'sign_in_needed',
    });
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('what was heard or written last (D17)', () => {
  it('a caller who asks after a change was heard of does not get what was read before it', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    await account.write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
    const { get } = account.store;
    let answer = (): void => undefined;
    account.store.get = async (key) => {
      const found = await get(key);
      account.store.get = get;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return found;
    };
    const early = account.oauth.getValidToken('u1');
    early.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await account.write(theirs);
    const late = account.oauth.getValidToken('u1');
    await expect(late).resolves.toBe('act.theirs');
    answer();
    await expect(early).rejects.toMatchObject({ code: 'sign_in_needed' });
  });

  it('a token of this process’s own sign-in is served at once, whatever was being read', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('signed-in'));
    // A store whose messages are slow.
    account.store.watch = (listener) => {
      listener('up');
      return () => undefined;
    };
    const oauth = account.another();
    const { get } = account.store;
    let answer = (): void => undefined;
    account.store.get = async (key) => {
      const found = await get(key);
      account.store.get = get;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return found;
    };
    const early = oauth.getValidToken('u1');
    await new Promise((resolve) => setImmediate(resolve));
    await oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    answer();
    await early;
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.signed-in');
  });
});

describe('a token that TikTok has refused (D17)', () => {
  it('is not served again: it is refreshed though not due, once for everyone', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    const calls = Array.from({ length: 50 }, () => account.oauth.getValidToken('u1', { rejected: 'act.old' }));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['act.new']));
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('another one in the store is the answer, and nothing is sent', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.write(theirs);
    await expect(account.oauth.getValidToken('u1', { rejected: 'act.old' })).resolves.toBe('act.theirs');
    expect(account.tiktok.forms).toHaveLength(0);
  });

  it('and is given again by the refresh: it is not refreshed a second time', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new', { access_token: 'act.old' }));
    for (let i = 0; i < 3; i++) {
      await expect(account.oauth.getValidToken('u1', { rejected: 'act.old' })).resolves.toBe('act.old');
    }
    expect(account.tiktok.forms).toHaveLength(1);
  });
});

describe('minTtlMs', () => {
  it('a token that lasts too short is refreshed, though it is not due', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await expect(account.oauth.getValidToken('u1', { minTtlMs: 22 * 3_600_000 })).resolves.toBe('act.old');
    await expect(account.oauth.getValidToken('u1', { minTtlMs: 23.4 * 3_600_000 })).resolves.toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it.each([0.99, 1, 1.01, 100])('of %d lives is no rotation at every call', async (lives) => {
    let now = Date.now();
    await using account = await connectedAccount(expired, (_form, index) => tokenAnswer(`new-${index}`), {
      now: () => now,
    });
    for (let minute = 0; minute < 100; minute++) {
      await account.oauth.getValidToken('u1', { minTtlMs: lives * 86_400_000 });
      now += 60_000;
    }
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('beyond a token’s whole life it gives the new token, and does not refresh at every call', async () => {
    await using account = await connectedAccount(due, () => tokenAnswer('new'));
    for (let i = 0; i < 5; i++) {
      await expect(account.oauth.getValidToken('u1', { minTtlMs: 30 * 86_400_000 })).resolves.toBe('act.new');
    }
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('is held by who joins a refresh that somebody else began for less', async () => {
    await using account = await connectedAccount(hoursLeft(5), () => tokenAnswer('new'));
    const held = await account.store.acquire(account.key, { ttlMs: 300 });
    const modest = account.oauth.getValidToken('u1', { minTtlMs: 6 * 3_600_000 });
    const demanding = account.oauth.getValidToken('u1', { minTtlMs: 12 * 3_600_000 });
    await account.write({ ...hoursLeft(7), accessToken: 'act.theirs', refreshToken: 'rft.theirs' });
    await held?.lease.release();
    await expect(modest).resolves.toBe('act.theirs');
    await expect(demanding).resolves.toBe('act.new');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d before anything is asked', async (minTtlMs) => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    await expect(account.oauth.getValidToken('u1', { minTtlMs })).rejects.toMatchObject({ type: 'VALIDATION_ERROR' });
  });
});
