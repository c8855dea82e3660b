import { TikTokError } from '@tt/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryTokenStore } from '../memory-token-store.js';
import { expired } from '../test-support/connected-account.js';
import { quietLogger } from '../test-support/quiet-logger.js';
import { aRecord } from '../test-support/records.js';
import { createTikTokOAuth } from '../tiktok-oauth.js';
import type { Lease, TokenStore } from '../token-store.js';
import { KeptLease } from './kept-lease.js';
import type { Timing } from './timing.js';

const TTL_MS = 15_000;
const ATTEMPT_MS = 8_000;
const closing = new AbortController().signal;

/** A process that stands still where `extend` says so, and whose extensions come when the test lets them. */
function process() {
  let elapsedMs = 0;
  const naps: (() => void)[] = [];
  const timing: Timing = {
    now: () => elapsedMs,
    monotonic: () => elapsedMs,
    sleep: () => new Promise((resolve) => naps.push(resolve)),
    random: () => 0,
  };
  return {
    timing,
    standStill: (ms: number) => {
      elapsedMs += ms;
    },
    wake: () => naps.shift()?.(),
  };
}

function leaseOf(extend: () => Promise<boolean>): Lease {
  return { lost: new AbortController().signal, extend, release: async () => undefined };
}

describe('a lease that a request is sent under (D2)', () => {
  it('does not last where its extension was answered later than it lasts', async () => {
    const { timing, standStill } = process();
    let extensions = 0;
    const lease = leaseOf(async () => {
      extensions += 1;
      if (extensions > 1) return false;
      // It was extended at once, and the answer read only now: somebody else has it by this time.
      standStill(20_000);
      return true;
    });
    const kept = new KeptLease(lease, { askedAt: 0, ttlMs: TTL_MS, timing, closing });
    standStill(10_000);
    await expect(kept.lasts(ATTEMPT_MS)).resolves.toBe(false);
  });

  it('does not last once the store has said that it is lost', async () => {
    const { timing, standStill, wake } = process();
    const kept = new KeptLease(
      leaseOf(async () => false),
      { askedAt: 0, ttlMs: TTL_MS, timing, closing },
    );
    standStill(5_000);
    wake();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(kept.lasts(ATTEMPT_MS)).resolves.toBe(false);
  });
});

describe('many refreshes at once', () => {
  it('leave no warning of listeners that leak', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
    globalThis.process.on('warning', onWarning);
    const store = new MemoryTokenStore();
    const userIds = Array.from({ length: 30 }, (_, index) => `u${index}`);
    for (const userId of userIds) {
      const record = aRecord({ ...expired, refreshToken: `rft.${userId}` });
      await store.put({ clientKey: 'awclient', userId }, record, { ifVersion: null, expiresInMs: 1e12, dueAt: 0 });
    }
    const oauth = createTikTokOAuth({
      clientKey: 'awclient',
      clientSecret: 'secret',
      redirectUri: 'http://localhost:3000/cb',
      store,
      logger: quietLogger(),
      fetch: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return Response.json({
          access_token: 'act.new',
          refresh_token: 'rft.new',
          expires_in: 86_400,
          token_type: 'Bearer',
        });
      },
    });
    await Promise.all(userIds.map((userId) => oauth.getValidToken(userId)));
    // Warnings come a turn later.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await oauth.close();
    globalThis.process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('a process that closes', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rejects the job that it cut short with a TikTokError, as every call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const store = new MemoryTokenStore();
    for (const userId of ['u1', 'u2']) {
      const key = { clientKey: 'awclient', userId };
      await store.put(key, aRecord({ ...expired }), { ifVersion: null, expiresInMs: 1e12, dueAt: 0 });
    }
    const oauth = createTikTokOAuth({
      clientKey: 'awclient',
      clientSecret: 'secret',
      redirectUri: 'http://localhost:3000/cb',
      store,
      logger: quietLogger(),
      fetch: (_url, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const job = oauth.forEachDue({ concurrency: 1 }).catch((error: unknown) => error);
    const closed = oauth.close().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
    expect(TikTokError.isInstance(await job)).toBe(true);
  });
});

describe('a doubt whether a refresh token is spent (D3)', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not noted where every send was answered, and the deadline ran out on the way to another', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const store = new MemoryTokenStore();
    const key = { clientKey: 'awclient', userId: 'u1' };
    await store.put(key, aRecord({ ...expired }), { ifVersion: null, expiresInMs: 1e12, dueAt: 0 });
    const acquire = store.acquire.bind(store);
    store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      // The store goes away as soon as it has given the lease, which no send can be certain of any more then.
      return acquired && { ...acquired, lease: { ...acquired.lease, extend: () => new Promise(() => undefined) } };
    };
    let sends = 0;
    const oauth = createTikTokOAuth({
      clientKey: 'awclient',
      clientSecret: 'secret',
      redirectUri: 'http://localhost:3000/cb',
      store,
      logger: quietLogger(),
      policy: { deadlineMs: 10_000 },
      fetch: async () => {
        sends += 1;
        return Response.json({ error: 'rate_limit_exceeded' }, { status: 429, headers: { 'retry-after': '8' } });
      },
    });
    const asked = oauth.getValidToken('u1').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await asked).toBeInstanceOf(TikTokError);
    expect(sends).toBeGreaterThan(0);
    expect((await store.get(key))?.record.unansweredAt).toBeUndefined();
    await oauth.close();
  });
});

describe('tokens that were deleted (D6)', () => {
  const key = { clientKey: 'awclient', userId: 'u1' };

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Signs the account in with a process whose store can be another than that of the process which then deletes it. */
  async function deletedAfterSignIn(store: MemoryTokenStore, seenBySignIn: (reach: { cut: boolean }) => TokenStore) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await store.put(key, aRecord(), { ifVersion: null, expiresInMs: 1e12, dueAt: 0 });
    const revoked: (string | null)[] = [];
    const client = (its: TokenStore) =>
      createTikTokOAuth({
        clientKey: 'awclient',
        clientSecret: 'secret',
        redirectUri: 'http://localhost:3000/cb',
        store: its,
        logger: quietLogger(),
        fetch: async (url, { body }) => {
          if (String(url).includes('/revoke/')) revoked.push(new URLSearchParams(String(body)).get('token'));
          return Response.json({
            access_token: 'act.new',
            refresh_token: 'rft.new',
            expires_in: 86_400,
            open_id: 'open-1',
            scope: 'user.info.basic',
            token_type: 'Bearer',
          });
        },
      });
    const reach = { cut: true };
    const cutOff = client(seenBySignIn(reach));
    const other = client(store);
    const signedIn = cutOff.exchangeCodeForTokens('code', { userId: 'u1' });
    await vi.advanceTimersByTimeAsync(10_000);
    await signedIn;
    await other.clearToken('u1');
    reach.cut = false;
    await vi.advanceTimersByTimeAsync(60_000);
    const stored = await store.get(key);
    await Promise.all([cutOff.close(), other.close()]);
    return { stored, revoked };
  }

  function reached(store: MemoryTokenStore, over: Partial<TokenStore>): TokenStore {
    return {
      get: (at) => store.get(at),
      put: (at, record, options) => store.put(at, record, options),
      delete: (at) => store.delete(at),
      acquire: (at, options) => store.acquire(at, options),
      watch: (listener) => store.watch(listener),
      due: (options) => store.due(options),
      close: () => store.close(),
      ...over,
    };
  }

  it('do not come back with a sign-in that another process could not store until then', async () => {
    const store = new MemoryTokenStore();
    const { stored } = await deletedAfterSignIn(store, (reach) =>
      reached(store, {
        put: async (...args) => {
          if (reach.cut) throw new Error('connection lost');
          return store.put(...args);
        },
      }),
    );
    expect(stored).toBeNull();
  });

  it('do not come back either where it did not hear of the delete, and had met the record that is gone', async () => {
    const store = new MemoryTokenStore();
    let puts = 0;
    const { stored, revoked } = await deletedAfterSignIn(store, (reach) =>
      reached(store, {
        watch: () => () => undefined,
        put: async (...args) => {
          puts += 1;
          // The first finds another record; the link breaks before the next.
          if (puts > 1 && reach.cut) throw new Error('connection lost');
          return store.put(...args);
        },
      }),
    );
    expect(puts).toBeGreaterThan(2);
    expect(stored).toBeNull();
    expect(revoked).toEqual(['act.new']);
  });
});
