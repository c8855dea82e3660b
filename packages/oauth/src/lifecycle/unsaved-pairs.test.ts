import { describe, expect, it, vi } from 'vitest';
import { connectedAccount, due, expired, fresh } from '../test-support/connected-account.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';
import type { StoreEvent } from '../token-store.js';

/** The waits between two tries grow. */
const PATIENT = { timeout: 8_000 };

const gone = () => Promise.reject(new Error('connection lost'));

describe('a new pair that could not be saved (D5)', () => {
  it('is served at once, and written when the store takes it', async () => {
    const onTokensUnsaved = vi.fn();
    const onTokensRefreshed = vi.fn();
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), {
      hooks: { onTokensUnsaved, onTokensRefreshed },
    });
    const { put } = account.store;
    account.store.put = gone;
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(onTokensUnsaved).toHaveBeenCalledExactlyOnceWith({
      userId: 'u1',
      error: expect.objectContaining({ type: 'TOKEN_STORE_ERROR' }),
    });
    expect(onTokensRefreshed).not.toHaveBeenCalled();
    await expect(account.oauth.getTokenInfo('u1')).resolves.toMatchObject({ token: 'act.new' });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    account.store.put = put;
    await expect.poll(async () => (await account.stored())?.record.refreshToken, PATIENT).toBe('rft.new');
    await expect.poll(() => onTokensRefreshed.mock.calls.length).toBe(1);
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('is served though the old token was still valid, and although the store has the old one', async () => {
    await using account = await connectedAccount(due, () => tokenAnswer('new'));
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    for (let i = 0; i < 3; i++) await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect((await account.stored())?.record.accessToken).toBe('act.old');
  });

  it('keeps the lease meanwhile, so that nobody sends the token that bought it', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    await expect(account.store.acquire(account.key, { ttlMs: 1_000 })).resolves.toBeNull();
  });

  it('gives the lease back once it has landed', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    account.store.put = put;
    await expect.poll(() => account.store.acquire(account.key, { ttlMs: 1_000 })).not.toBeNull();
  });

  it('is written over a mark that another process set because of it', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    await account.write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
    account.store.put = put;
    await expect.poll(async () => (await account.stored())?.record).toMatchObject({ refreshToken: 'rft.new' });
    expect((await account.stored())?.record.signInNeeded).toBeUndefined();
  });

  it('a write whose answer was lost is found as done', async () => {
    const onTokensRefreshed = vi.fn();
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), { hooks: { onTokensRefreshed } });
    const { put } = account.store;
    account.store.put = async (...args) => {
      account.store.put = put;
      await put(...args);
      throw new Error('connection lost');
    };
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    await expect.poll(() => onTokensRefreshed.mock.calls.length).toBe(1);
    expect((await account.stored())?.record.accessToken).toBe('act.new');
  });

  it('a deleted account is not brought back by it', async () => {
    await using account = await connectedAccount(expired, (form) =>
      form.grant_type === 'refresh_token' ? tokenAnswer('new') : { body: {} },
    );
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    await account.oauth.clearToken('u1');
    account.store.put = put;
    await account.oauth.close();
    await expect(account.stored()).resolves.toBeNull();
  });

  it('is written at once when the store says that it is back', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    let tell: (event: StoreEvent) => void = () => undefined;
    const { watch, put } = account.store;
    account.store.watch = (listener) => {
      tell = listener;
      return watch(listener);
    };
    // The longest waits: 0.2 s, 0.4, 0.8, 1.6 ...
    const oauth = account.another({ random: () => 1 });
    let tries = 0;
    account.store.put = () => {
      tries += 1;
      return gone();
    };
    await oauth.getValidToken('u1');
    await expect.poll(() => tries, PATIENT).toBe(4);
    account.store.put = put;
    tell('up');
    await expect.poll(async () => (await account.stored())?.record.accessToken).toBe('act.new');
  }, 15_000);

  it('close() waits for the store, then gives up by name', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    const closed = account.oauth.close();
    await expect(closed).rejects.toBeInstanceOf(AggregateError);
    await expect(closed).rejects.toMatchObject({
      message: 'Closed with new tokens that the store never took, of: "u1"',
      errors: [expect.objectContaining({ type: 'TOKEN_STORE_ERROR', code: 'never_stored', retryable: false })],
    });
    await expect(closed).rejects.not.toThrow(/act\.|rft\./);
  }, 15_000);

  it('close() that the store comes back for in time loses nothing', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    setTimeout(() => {
      account.store.put = put;
    }, 300);
    await account.oauth.close();
    expect((await account.stored())?.record.refreshToken).toBe('rft.new');
  });
});

describe('a sign-in that could not be saved (D5)', () => {
  it('succeeds: its code is spent, and its tokens are served until they are stored', async () => {
    const onTokensUnsaved = vi.fn();
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), { hooks: { onTokensUnsaved } });
    const { put } = account.store;
    account.store.put = gone;
    const tokens = account.oauth.exchangeCodeForTokens('code', { userId: 'u2' });
    await expect(tokens).resolves.toMatchObject({ access_token: 'act.new' });
    expect(onTokensUnsaved).toHaveBeenCalledOnce();
    await expect(account.oauth.getValidToken('u2')).resolves.toBe('act.new');
    account.store.put = put;
    await expect.poll(() => account.store.get({ ...account.key, userId: 'u2' }), PATIENT).not.toBeNull();
  }, 15_000);

  it('is not stored any more once the account was deleted', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    await account.oauth.clearToken('u1');
    account.store.put = put;
    await account.oauth.close();
    await expect(account.stored()).resolves.toBeNull();
  }, 15_000);

  it('gives way to a pair that was obtained later', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    await account.write({ ...fresh, accessToken: 'act.later', obtainedAt: Date.now() + 60_000 });
    account.store.put = put;
    await expect.poll(() => account.oauth.getValidToken('u1'), PATIENT).toBe('act.later');
    expect((await account.stored())?.record.accessToken).toBe('act.later');
  }, 15_000);

  it('a second sign-in is not undone by the first one’s write', async () => {
    await using account = await connectedAccount(expired, (_form, index) => tokenAnswer(`new-${index}`));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    account.store.put = put;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    await account.oauth.close();
    expect((await account.stored())?.record.accessToken).toBe('act.new-1');
  }, 15_000);

  it('fails where the store will never take it', async () => {
    const { MemoryTokenStore } = await import('../memory-token-store.js');
    const store = new MemoryTokenStore({ maxAccounts: 1 });
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), { store });
    await account.oauth.exchangeCodeForTokens('code', { userId: 'first' });
    await expect(account.oauth.exchangeCodeForTokens('code', { userId: 'second' })).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'store_full',
    });
  });
});

it('a refresh that TikTok refuses while a pair waits to be stored does not lose it', async () => {
  await using account = await connectedAccount(expired, (_form, index) =>
    index === 0 ? tokenAnswer('new') : oauthError('invalid_grant'),
  );
  const { put } = account.store;
  account.store.put = gone;
  await account.oauth.getValidToken('u1');
  // Rejected by TikTok, so the pair in memory does not serve: it is stored first, then refreshed.
  const call = account.oauth.getValidToken('u1', { rejected: 'act.new' });
  account.store.put = put;
  await expect(call).rejects.toMatchObject({ code: 'sign_in_needed' });
  expect(account.tiktok.forms.map((form) => form.refresh_token)).toEqual(['rft.old', 'rft.new']);
  expect((await account.stored())?.record).toMatchObject({ refreshToken: 'rft.new', accessToken: 'act.new' });
});

describe('two pairs of one account', () => {
  it('a sign-in that waits is not dropped for a refresh that cannot be stored either', async () => {
    let answer = (): void => undefined;
    await using account = await connectedAccount(
      expired,
      async (form) => {
        if (form.grant_type === 'authorization_code') return tokenAnswer('signed-in');
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return tokenAnswer('refreshed');
      },
      { policy: { timeoutMs: 10_000 } },
    );
    const { put } = account.store;
    const refreshing = account.oauth.getValidToken('u1');
    await expect.poll(() => account.tiktok.forms.length).toBe(1);
    account.store.put = gone;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    answer();
    await expect(refreshing).resolves.toBe('act.signed-in');
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.signed-in');
    account.store.put = put;
    await expect.poll(async () => (await account.stored())?.record.accessToken, PATIENT).toBe('act.signed-in');
  }, 15_000);

  it('a deletion that fails loses nothing', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put, delete: remove } = account.store;
    account.store.put = gone;
    account.store.delete = gone;
    await account.oauth.getValidToken('u1');
    await expect(account.oauth.clearToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
    account.store.put = put;
    account.store.delete = remove;
    await expect.poll(async () => (await account.stored())?.record.refreshToken, PATIENT).toBe('rft.new');
  }, 15_000);

  it('a sign-in that the store will never take loses nothing either', async () => {
    const { storeError } = await import('@tt/errors');
    await using account = await connectedAccount(expired, (form) =>
      tokenAnswer(form.grant_type === 'refresh_token' ? 'new' : 'signed-in'),
    );
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.getValidToken('u1');
    account.store.put = () => Promise.reject(storeError('full', { code: 'store_full', retryable: false }));
    await expect(account.oauth.exchangeCodeForTokens('code', { userId: 'u1' })).rejects.toMatchObject({
      code: 'store_full',
    });
    account.store.put = put;
    await expect.poll(async () => (await account.stored())?.record.refreshToken, PATIENT).toBe('rft.new');
  }, 15_000);

  it('a deletion while a write is under way is not undone by it', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = gone;
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    let writing = false;
    account.store.put = async (...args) => {
      writing = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return put(...args);
    };
    await expect.poll(() => writing, PATIENT).toBe(true);
    await account.oauth.clearToken('u1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(account.stored()).resolves.toBeNull();
  }, 15_000);

  it('an account that was deleted while its refresh ran is not served, though the pair could not be stored', async () => {
    let answer = (): void => undefined;
    await using account = await connectedAccount(expired, async (form) => {
      if (form.grant_type !== 'refresh_token') return { body: {} };
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return tokenAnswer('new');
    });
    const refreshing = account.oauth.getValidToken('u1');
    await expect.poll(() => account.tiktok.forms.length).toBe(1);
    await account.oauth.clearToken('u1');
    account.store.put = gone;
    answer();
    await expect(refreshing).rejects.toMatchObject({ code: 'not_connected' });
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
  });
});

it('close() names a pair whose first write never ended', async () => {
  await using account = await connectedAccount(expired, () => tokenAnswer('new'));
  account.store.put = () => new Promise(() => undefined);
  account.oauth.getValidToken('u1').catch(() => undefined);
  await expect.poll(() => account.tiktok.forms.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(account.oauth.close()).rejects.toThrow('never took, of: "u1"');
}, 15_000);
