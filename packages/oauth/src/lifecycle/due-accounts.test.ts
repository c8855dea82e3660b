import { describe, expect, it } from 'vitest';
import { connectedAccount, expired, fresh, hoursLeft } from '../test-support/connected-account.js';
import { aRecord } from '../test-support/records.js';
import { oauthError, type Reply, tokenAnswer } from '../test-support/scripted-tiktok.js';
import type { TokenRecord } from '../token-record.js';

const HOUR = 3_600_000;

type Answers = (form: Readonly<Record<string, string>>, index: number) => Reply | Promise<Reply>;

/** So many accounts, each with its own tokens, and a TikTok that rotates them. */
async function aFleet(size: number, fields: Partial<TokenRecord>, answers?: Answers) {
  const account = await connectedAccount(
    fresh,
    answers ?? ((form) => tokenAnswer(`new-${form.refresh_token}`, { open_id: undefined })),
  );
  const names = Array.from({ length: size }, (_, index) => `fleet-${index}`);
  await Promise.all(
    names.map((userId) =>
      account.store.put(
        { clientKey: account.key.clientKey, userId },
        aRecord({ accessToken: `act.${userId}`, refreshToken: `rft.${userId}`, ...fields }),
        { ifVersion: null, expiresInMs: 1e12, dueAt: Number(fields.accessTokenExpiresAt) - 3 * HOUR },
      ),
    ),
  );
  // The account of the harness itself is not of the fleet.
  await account.store.delete(account.key);
  return { account, names };
}

describe('forEachDue', () => {
  it('refreshes every account that is due, each once', async () => {
    const { account } = await aFleet(350, expired);
    await using _account = account;
    await expect(account.oauth.forEachDue()).resolves.toEqual({ refreshed: 350, failed: 0, failures: [] });
    expect(account.tiktok.forms).toHaveLength(350);
    expect(new Set(account.tiktok.forms.map((form) => form.refresh_token)).size).toBe(350);
    await expect(account.oauth.forEachDue()).resolves.toEqual({ refreshed: 0, failed: 0, failures: [] });
  });

  it('one bad account never stops the rest', async () => {
    const { account } = await aFleet(250, expired, (form) => {
      const number = Number(form.refresh_token?.split('-')[1]);
      if (number % 2 === 0) return tokenAnswer(`new-${number}`, { open_id: undefined });
      return number % 3 === 0 ? oauthError('invalid_grant') : oauthError('invalid_request');
    });
    await using _account = account;
    const report = await account.oauth.forEachDue();
    expect(report.refreshed).toBe(125);
    expect(report.failed).toBe(125);
    expect(report.failures).toContainEqual({
      userId: 'fleet-3',
      error: expect.objectContaining({ code: 'sign_in_needed' }),
    });
    expect(report.failures).toContainEqual({
      userId: 'fleet-5',
      error: expect.objectContaining({ code: 'invalid_request' }),
    });
  });

  it.each([
    ['wrong client credentials', () => oauthError('invalid_client', 401), 'INVALID_CREDENTIALS'],
    ['an open breaker', () => ({ status: 500, body: '' }), 'CIRCUIT_OPEN'],
  ])('leaves the rest for the next run after %s: it would fail for every account alike', async (_name, reply, type) => {
    const { account } = await aFleet(250, expired, reply);
    await using _account = account;
    const report = await account.oauth.forEachDue({ concurrency: 2 });
    expect(report).toMatchObject({ refreshed: 0, stoppedBy: { type } });
    expect(report.failed).toBeLessThan(20);
  });

  it('an account that the index lists as due, and is not, is handled once', async () => {
    const { account } = await aFleet(3, hoursLeft(12));
    await using _account = account;
    account.store.due = () =>
      Promise.resolve(['a', 'b', 'fleet-1'].map((userId) => ({ clientKey: account.key.clientKey, userId })));
    await expect(account.oauth.forEachDue()).resolves.toEqual({ refreshed: 1, failed: 0, failures: [] });
  });

  it('reads past those that fail in steps that grow, however many they are', async () => {
    const { account } = await aFleet(600, expired, () => oauthError('invalid_grant'));
    await using _account = account;
    const { due: find } = account.store;
    let listed = 0;
    account.store.due = async (terms) => {
      const keys = await find(terms);
      listed += keys.length;
      return keys;
    };
    // Marked, an account is due no more; so that they stay, the marks do not get through.
    const { put } = account.store;
    account.store.put = (key, record, terms) => put(key, record, { ...terms, dueAt: 0 });
    await expect(account.oauth.forEachDue()).resolves.toMatchObject({ refreshed: 0, failed: 600 });
    expect(listed).toBeLessThan(3_000);
  });

  it('what is thrown that is no TikTokError stops no other account', async () => {
    const { account } = await aFleet(5, expired);
    await using _account = account;
    const { acquire } = account.store;
    account.store.acquire = async (key, terms) => {
      const acquired = await acquire(key, terms);
      if (key.userId !== 'fleet-2' || acquired === null) return acquired;
      return { ...acquired, found: undefined as never };
    };
    await expect(account.oauth.forEachDue()).resolves.toMatchObject({
      refreshed: 4,
      failed: 1,
      failures: [{ userId: 'fleet-2', error: { type: 'API_ERROR' } }],
    });
  });

  it('ends when the instance is closed', async () => {
    const { account } = await aFleet(200, expired, async (form) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return tokenAnswer(`new-${form.refresh_token}`, { open_id: undefined });
    });
    await using _account = account;
    const run = account.oauth.forEachDue({ concurrency: 1 });
    run.catch(() => undefined);
    await account.oauth.close();
    await expect(run).rejects.toThrow('was closed');
    const sent = account.tiktok.forms.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(account.tiktok.forms.length).toBeLessThanOrEqual(sent + 1);
  }, 15_000);

  it('refreshes ahead of time what will be due within the time', async () => {
    const { account: early } = await aFleet(5, hoursLeft(12));
    await using _early = early;
    await expect(early.oauth.forEachDue()).resolves.toEqual({ refreshed: 0, failed: 0, failures: [] });
    await expect(early.oauth.forEachDue({ withinMs: 12 * HOUR })).resolves.toEqual({
      refreshed: 5,
      failed: 0,
      failures: [],
    });
    expect(early.tiktok.forms).toHaveLength(5);
  });

  it('comes to an end though tokens live for less than the time', async () => {
    const { account } = await aFleet(5, expired);
    await using _account = account;
    await expect(account.oauth.forEachDue({ withinMs: 48 * HOUR })).resolves.toEqual({
      refreshed: 5,
      failed: 0,
      failures: [],
    });
    expect(account.tiktok.forms).toHaveLength(5);
    // Nor does it rotate new tokens at every run.
    await account.another().forEachDue({ withinMs: 48 * HOUR });
    expect(account.tiktok.forms).toHaveLength(5);
  });

  it('leaves the accounts of another app alone', async () => {
    const { account } = await aFleet(3, expired);
    await using _account = account;
    await account.store.put({ clientKey: 'awother', userId: 'theirs' }, aRecord(expired), {
      ifVersion: null,
      expiresInMs: 1e12,
      dueAt: 0,
    });
    await expect(account.oauth.forEachDue()).resolves.toEqual({ refreshed: 3, failed: 0, failures: [] });
  });

  it('has no more under way than it was told', async () => {
    let running = 0;
    let most = 0;
    const { account } = await aFleet(30, expired, async (form) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      return tokenAnswer(`new-${form.refresh_token}`, { open_id: undefined });
    });
    await using _account = account;
    await account.oauth.forEachDue({ concurrency: 3 });
    expect(most).toBe(3);
  });

  it('two processes that run it at once refresh each account once', async () => {
    const { account } = await aFleet(40, expired);
    await using _account = account;
    const other = account.another();
    const reports = await Promise.all([account.oauth.forEachDue(), other.forEachDue()]);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(account.tiktok.forms).toHaveLength(40);
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const { account } = await aFleet(50, expired, (_form, index) => {
      if (index === 3) controller.abort(new Error('enough'));
      return tokenAnswer(`new-${index}`, { open_id: undefined });
    });
    await using _account = account;
    const run = account.oauth.forEachDue({ concurrency: 1, signal: controller.signal });
    await expect(run).rejects.toThrow('enough');
    expect(account.tiktok.forms.length).toBeLessThan(10);
  });

  it('a store that cannot say what is due is an error', async () => {
    const { account } = await aFleet(1, expired);
    await using _account = account;
    account.store.due = () => Promise.reject(new Error('connection lost'));
    await expect(account.oauth.forEachDue()).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
  });

  it.each([{ withinMs: -1 }, { concurrency: 0 }, { concurrency: 1.5 }])('refuses %o by name', async (options) => {
    const { account } = await aFleet(1, expired);
    await using _account = account;
    await expect(account.oauth.forEachDue(options)).rejects.toMatchObject({
      type: 'VALIDATION_ERROR',
      message: expect.stringContaining(Object.keys(options)[0] ?? ''),
    });
  });
});
