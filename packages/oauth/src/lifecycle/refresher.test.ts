import { describe, expect, it, vi } from 'vitest';
import { connectedAccount, expired, fresh } from '../test-support/connected-account.js';
import { oauthError, type Reply, tokenAnswer } from '../test-support/scripted-tiktok.js';

describe('a doubt about a refresh token (D3)', () => {
  it('is kept in the record, so that any process marks the account with the true reason', async () => {
    let down = true;
    await using account = await connectedAccount(expired, () => (down ? 'cut' : oauthError('invalid_grant')));
    await account.oauth.getValidToken('u1').catch(() => undefined);
    expect((await account.stored())?.record.unansweredAt).toEqual(expect.any(Number));
    down = false;
    await account
      .another()
      .getValidToken('u1')
      .catch(() => undefined);
    expect((await account.stored())?.record.signInNeeded?.reason).toBe('answer_lost');
  });

  it('goes with the pair it was about', async () => {
    let down = true;
    await using account = await connectedAccount(expired, () => (down ? 'cut' : tokenAnswer('new')));
    await account.oauth.getValidToken('u1').catch(() => undefined);
    down = false;
    await account.another().getValidToken('u1');
    expect((await account.stored())?.record.unansweredAt).toBeUndefined();
  });

  it('is not raised where TikTok certainly did nothing', async () => {
    let limited = true;
    await using account = await connectedAccount(expired, () =>
      limited ? { status: 429, body: '' } : oauthError('invalid_grant'),
    );
    await account.oauth.getValidToken('u1').catch(() => undefined);
    expect((await account.stored())?.record.unansweredAt).toBeUndefined();
    limited = false;
    await account
      .another()
      .getValidToken('u1')
      .catch(() => undefined);
    expect((await account.stored())?.record.signInNeeded?.reason).toBe('refused');
  });

  it('is remembered by this process where the store cannot be told', async () => {
    let down = true;
    await using account = await connectedAccount(expired, () => (down ? 'cut' : oauthError('invalid_grant')));
    const { put } = account.store;
    account.store.put = () => Promise.reject(new Error('connection lost'));
    await account.oauth.getValidToken('u1').catch(() => undefined);
    account.store.put = put;
    down = false;
    account.oauth.resetCircuitBreaker();
    await account.oauth.getValidToken('u1').catch(() => undefined);
    expect((await account.stored())?.record.signInNeeded?.reason).toBe('answer_lost');
  });
});

describe('how often one refresh token is sent (D3)', () => {
  it('an answer without a token is an ordinary retry', async () => {
    await using account = await connectedAccount(expired, (_form, index) =>
      index < 2 ? { body: {} } : tokenAnswer('new'),
    );
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(3);
  });

  it('a lifetime counts from the send that was answered (D1)', async () => {
    let now = Date.now();
    const began = now;
    await using account = await connectedAccount(
      expired,
      (_form, index) => {
        if (index > 0) return tokenAnswer('new');
        now += 60_000;
        return { status: 503, body: '' };
      },
      { now: () => now },
    );
    await account.oauth.getValidToken('u1');
    expect((await account.stored())?.record.obtainedAt).toBe(began + 60_000);
  });

  it('a lease that is lost between two sends does not start the count anew', async () => {
    await using account = await connectedAccount(expired, () => 'cut');
    const { acquire } = account.store;
    let leases = 0;
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null) return null;
      leases += 1;
      const { lease, found } = acquired;
      const lost = new AbortController();
      // Lost as soon as something was sent under it.
      const first = account.tiktok.forms.length;
      const look = setInterval(() => {
        if (account.tiktok.forms.length > first) lost.abort();
      }, 1);
      look.unref();
      const release = async (): Promise<void> => {
        clearInterval(look);
        await lease.release();
      };
      return { found, lease: { lost: lost.signal, extend: () => lease.extend(), release } };
    };
    await using other = account.another({ policy: { timeoutMs: 1_000, retry: { baseDelayMs: 200, random: () => 1 } } });
    await expect(other.getValidToken('u1')).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
    expect(leases).toBeGreaterThan(1);
    expect(account.tiktok.forms).toHaveLength(2);
  });

  it('nothing is doubted where the time ran out before anything was sent', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), {
      policy: { deadlineMs: 200, timeoutMs: 16_000 },
    });
    const { acquire } = account.store;
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null) return null;
      const { lease, found } = acquired;
      // It is asked to last longer than it does by now.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const extend = () => new Promise<boolean>(() => undefined);
      return { found, lease: { lost: lease.lost, release: () => lease.release(), extend } };
    };
    const clock = vi.spyOn(performance, 'now');
    const real = clock.getMockImplementation() ?? (() => process.uptime() * 1000);
    let calls = 0;
    clock.mockImplementation(() => {
      calls += 1;
      return real() + (calls > 3 ? 8_000 : 0);
    });
    try {
      await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ retryable: true });
    } finally {
      vi.restoreAllMocks();
    }
    expect(account.tiktok.forms).toHaveLength(0);
    expect((await account.stored())?.record.unansweredAt).toBeUndefined();
  });
});

describe('what a refresh may bring', () => {
  it('another person’s tokens for a refresh token of the caller’s own: nothing is marked, nor stored', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new', { open_id: 'open-2' }));
    await expect(account.oauth.refreshAccessToken('rft.somebody', { userId: 'u1' })).rejects.toMatchObject({
      type: 'AUTH_ERROR',
      code: 'open_id_changed',
    });
    expect((await account.stored())?.record).toMatchObject({ accessToken: 'act.old' });
    expect((await account.stored())?.record.signInNeeded).toBeUndefined();
  });

  it('another person’s tokens are not kept, and the account is marked with that reason', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new', { open_id: 'open-2' }));
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect((await account.stored())?.record).toMatchObject({
      accessToken: 'act.old',
      openId: 'open-1',
      signInNeeded: { reason: 'open_id_changed' },
    });
  });

  it('an open_id where none was known is kept', async () => {
    await using account = await connectedAccount({ ...expired, openId: '' }, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    expect((await account.stored())?.record.openId).toBe('open-1');
  });

  it.each([undefined, 0, -5, 'soon', null])('expires_in %j: the pair is kept, for five minutes', async (expires_in) => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new', { expires_in }));
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    const { record } = (await account.stored()) ?? {};
    expect(Number(record?.accessTokenExpiresAt) - Number(record?.obtainedAt)).toBe(300_000);
    expect(record?.refreshToken).toBe('rft.new');
  });

  it('the same refresh token again, as TikTok may do: the pair is kept', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new', { refresh_token: 'rft.old' }));
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect((await account.stored())?.record).toMatchObject({ accessToken: 'act.new', refreshToken: 'rft.old' });
  });

  it('the same refresh token again, while somebody marked the account: it is written over the mark', async () => {
    await using account = await connectedAccount(expired, async (): Promise<Reply> => {
      await account.write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
      return tokenAnswer('new', { refresh_token: 'rft.old' });
    });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect((await account.stored())?.record.accessToken).toBe('act.new');
    expect((await account.stored())?.record.signInNeeded).toBeUndefined();
  });
});

describe('marking an account (D4)', () => {
  it('is not done over tokens that come at that moment: they are the answer', async () => {
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'));
    const { put } = account.store;
    account.store.put = async (...args) => {
      account.store.put = put;
      await account.write({ ...fresh, accessToken: 'act.theirs', refreshToken: 'rft.theirs' });
      return put(...args);
    };
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.theirs');
    expect((await account.stored())?.record.signInNeeded).toBeUndefined();
  });

  it('is tried again over a record that was only encrypted anew', async () => {
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'));
    const { put } = account.store;
    account.store.put = async (...args) => {
      account.store.put = put;
      await account.write(expired);
      return put(...args);
    };
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect((await account.stored())?.record.signInNeeded).toMatchObject({ reason: 'refused' });
  });

  it('does not bring back an account that was deleted', async () => {
    await using account = await connectedAccount(expired, async () => {
      await account.store.delete(account.key);
      return oauthError('invalid_grant');
    });
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
    await expect(account.stored()).resolves.toBeNull();
  });

  it('whose answer was lost is told of all the same', async () => {
    const onSignInNeeded = vi.fn();
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'), {
      hooks: { onSignInNeeded },
    });
    const { put } = account.store;
    account.store.put = async (...args) => {
      account.store.put = put;
      await put(...args);
      throw new Error('connection lost');
    };
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect(onSignInNeeded).toHaveBeenCalledOnce();
  });

  it('that does not get through is not told, and tried again later', async () => {
    const onSignInNeeded = vi.fn();
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'), {
      hooks: { onSignInNeeded },
    });
    account.store.put = () => Promise.reject(new Error('connection lost'));
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
    expect(onSignInNeeded).not.toHaveBeenCalled();
  });

  it('keeps it from being found due', async () => {
    await using account = await connectedAccount(expired, () => oauthError('invalid_grant'));
    await account.oauth.getValidToken('u1').catch(() => undefined);
    await expect(account.store.due({ before: Date.now() + 1e12, limit: 10 })).resolves.toEqual([]);
  });
});
