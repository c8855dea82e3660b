import { describe, expect, it } from 'vitest';
import { connectedAccount, expired, fresh, hoursLeft } from '../test-support/connected-account.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';

describe('callers who ask for the same account at once', () => {
  it('share one answer, a failure too', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const ask = () => account.oauth.getValidToken('nobody').catch((error: unknown) => error);
    const [first, ...others] = await Promise.all(Array.from({ length: 1_000 }, ask));
    expect(first).toMatchObject({ code: 'not_connected' });
    expect(others.every((other) => other === first)).toBe(true);
    // And no longer than it is on its way.
    expect(await ask()).not.toBe(first);
  });

  it('do not share it with another account', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const asked = [account.oauth.getValidToken('u1'), account.oauth.getValidToken('nobody')];
    expect(await Promise.allSettled(asked)).toMatchObject([{ value: 'act.old' }, { status: 'rejected' }]);
  });

  it.each([
    ['another token', { rejected: 'act.old' }],
    ['one that lasts', { minTtlMs: 21 * 3_600_000 }],
  ])('do not share it where one of them wants %s', async (_what, more) => {
    await using account = await connectedAccount(hoursLeft(20), () => tokenAnswer('new'), {
      cache: { maxAccounts: 0 },
    });
    const plain = account.oauth.getValidToken('u1');
    await expect(account.oauth.getValidToken('u1', more)).resolves.toBe('act.new');
    await expect(plain).resolves.toBe('act.old');
  });

  it('are each free to give up', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const patient = account.oauth.getValidToken('u1');
    const reason = new Error('gone');
    await expect(account.oauth.getValidToken('u1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(patient).resolves.toBe('act.new');
  });

  it('are refused once the instance is closed, though an answer is still on its way', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new', {}));
    const early = account.oauth.getValidToken('u1');
    const closing = account.oauth.close();
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'closed' });
    await early.catch(() => undefined);
    await closing;
  });
});

describe('an answer that is on its way', () => {
  it('is not for those who ask once the account is heard to be deleted (D17)', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const { get } = account.store;
    let answer = (): void => undefined;
    account.store.get = async (key) => {
      const found = await get(key);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return found;
    };
    const before = account.oauth.getValidToken('u1');
    await expect.poll(() => account.calls('get')).toBe(1);
    account.store.get = get;
    await account.another().clearToken('u1');
    await expect(account.oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
    answer();
    await expect(before).resolves.toBe('act.old');
  });

  it.each([
    ['of a refresh', 'onTokensRefreshed', () => tokenAnswer('new'), 'act.new'],
    ['of a sign-in that is needed', 'onSignInNeeded', () => oauthError('invalid_grant'), 'sign_in_needed'],
  ] as const)('is not waited for by a hook that tells %s and asks for the token', async (_what, hook, reply, heard) => {
    const asked: unknown[] = [];
    await using account = await connectedAccount(expired, reply);
    // A store tells of changes a little later than it makes them.
    account.store.watch = () => () => undefined;
    const oauth = account.another({
      hooks: {
        [hook]: async () => {
          asked.push(await oauth.getValidToken('u1').catch((error: { code: string }) => error.code));
        },
      },
    });
    const began = performance.now();
    await oauth.getValidToken('u1').catch(() => undefined);
    expect(asked).toEqual([heard]);
    // A hook that does not end is given up after 5 s.
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
