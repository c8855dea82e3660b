import { describe, expect, it, vi } from 'vitest';
import { connectedAccount, due, expired, fresh } from '../test-support/connected-account.js';
import { quietLogger } from '../test-support/quiet-logger.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';
import type { TikTokOAuth } from '../tiktok-oauth.js';
import type { TokenHooks } from './token-hooks.js';

/** Hooks that write down what they are told. */
function writtenDown() {
  const told: [string, unknown][] = [];
  const hook = (name: string) => (event: unknown) => {
    told.push([name, event]);
  };
  const hooks: TokenHooks = {
    onTokensStored: hook('stored'),
    onTokensRefreshed: hook('refreshed'),
    onSignInNeeded: hook('sign-in needed'),
    onTokensUnsaved: hook('unsaved'),
    onTokensDeleted: hook('deleted'),
  };
  return { told, hooks };
}

const answers = (form: Readonly<Record<string, string>>) =>
  form.refresh_token === 'rft.refused' ? oauthError('invalid_grant') : tokenAnswer('new');

describe('hooks', () => {
  it('hear of a sign-in, an import, a refresh and a deletion, each once, and see no token', async () => {
    const { told, hooks } = writtenDown();
    await using account = await connectedAccount(expired, answers, { hooks });
    await account.oauth.exchangeCodeForTokens('code', { userId: 'u2' });
    await account.oauth.importTokens('u3', {
      access_token: 'act.u3',
      refresh_token: 'rft.u3',
      open_id: 'open-3',
      expires_at: Date.now() + 3_600_000,
    });
    await account.oauth.getValidToken('u1');
    await account.oauth.clearToken('u1');
    const expiresAt = expect.any(Date);
    expect(told).toEqual([
      ['stored', { userId: 'u2', openId: 'open-1', scopes: ['user.info.basic'], expiresAt }],
      ['stored', { userId: 'u3', openId: 'open-3', scopes: [], expiresAt }],
      ['refreshed', { userId: 'u1', openId: 'open-1', scopes: ['user.info.basic'], expiresAt }],
      ['deleted', { userId: 'u1' }],
    ]);
    expect(JSON.stringify(told)).not.toMatch(/act\.|rft\./);
  });

  it('hear of an account that must sign in again when that is found out, and not again (D4)', async () => {
    const { told, hooks } = writtenDown();
    await using account = await connectedAccount({ ...due, refreshToken: 'rft.refused' }, answers, { hooks });
    for (let i = 0; i < 3; i++) await account.oauth.getValidToken('u1');
    expect(told).toEqual([['sign-in needed', { userId: 'u1', reason: 'refused', logId: 'LOG1' }]]);
  });

  it('are heard in one process only', async () => {
    const { told, hooks } = writtenDown();
    await using account = await connectedAccount(expired, answers, { hooks });
    const other = account.another();
    await Promise.all([account.oauth.getValidToken('u1'), other.getValidToken('u1')]);
    await account.oauth.getValidToken('u1');
    expect(told).toHaveLength(1);
  });

  it('are waited for', async () => {
    let ended = false;
    const onTokensRefreshed = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended = true;
    };
    await using account = await connectedAccount(expired, answers, { hooks: { onTokensRefreshed } });
    await account.oauth.getValidToken('u1');
    expect(ended).toBe(true);
  });

  it('that fail reach neither the caller nor each other, and are logged', async () => {
    const heard = vi.fn();
    const logger = quietLogger();
    const fails: TokenHooks[] = [
      {
        onTokensRefreshed: () => {
          throw new Error('thrown');
        },
      },
      { onTokensRefreshed: () => Promise.reject(new Error('rejected')) },
      { onTokensRefreshed: heard },
    ];
    await using account = await connectedAccount(expired, answers, { hooks: fails, logger });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(heard).toHaveBeenCalledOnce();
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'The hook onTokensRefreshed failed', context: { error: { message: 'thrown' } } },
      { message: 'The hook onTokensRefreshed failed', context: { error: { message: 'rejected' } } },
    ]);
  });

  it('that do not end are given five seconds', async () => {
    const logger = quietLogger();
    const onTokensRefreshed = () => new Promise(() => undefined);
    await using account = await connectedAccount(expired, answers, { hooks: { onTokensRefreshed }, logger });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(logger.lines.some(({ message }) => message.includes('has not ended after 5000 ms'))).toBe(true);
  }, 10_000);

  it('may come back for the token', async () => {
    let oauth: TikTokOAuth | undefined;
    const got: unknown[] = [];
    const onTokensRefreshed = async ({ userId }: { readonly userId: string }): Promise<void> => {
      got.push(await oauth?.getValidToken(userId));
    };
    await using account = await connectedAccount(expired, answers, { hooks: { onTokensRefreshed } });
    oauth = account.oauth;
    await account.oauth.getValidToken('u1');
    expect(got).toEqual(['act.new']);
  });

  it('are not needed for a fresh token', async () => {
    const { told, hooks } = writtenDown();
    await using account = await connectedAccount(fresh, answers, { hooks });
    await account.oauth.getValidToken('u1');
    expect(told).toEqual([]);
  });
});
