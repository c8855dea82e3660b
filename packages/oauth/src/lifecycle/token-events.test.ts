import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectedAccount, due, expired, fresh } from '../test-support/connected-account.js';
import { oauthError, tokenAnswer } from '../test-support/scripted-tiktok.js';
import { TOKEN_CHANNEL } from './token-events.js';

let events: unknown[] = [];
const listener = (event: unknown): void => {
  events.push(event);
};

beforeEach(() => {
  events = [];
  subscribe(TOKEN_CHANNEL, listener);
});
afterEach(() => {
  unsubscribe(TOKEN_CHANNEL, listener);
});

it('tells what became of tokens, and never whose or which they are', async () => {
  await using account = await connectedAccount(expired, (form, index) => {
    if (form.grant_type === 'authorization_code') return tokenAnswer('signed-in');
    return index < 2 ? tokenAnswer('new') : oauthError('invalid_grant');
  });
  await account.oauth.exchangeCodeForTokens('code', { userId: 'user-canary' });
  await account.oauth.getValidToken('u1');
  await account.oauth.importTokens('u2', { access_token: 'a', refresh_token: 'r', expires_at: Date.now() - 1 });
  await account.oauth.getValidToken('u2').catch(() => undefined);
  await account.oauth.clearToken('u2');
  expect(events).toEqual([
    { event: 'stored', by: 'sign_in' },
    { event: 'stored', by: 'refresh' },
    { event: 'stored', by: 'import' },
    { event: 'sign_in_needed', reason: 'refused' },
    { event: 'deleted' },
  ]);
});

it('tells of a refresh that failed, and of a token served all the same', async () => {
  await using account = await connectedAccount(due, () => oauthError('invalid_client', 401));
  await account.oauth.getValidToken('u1');
  expect(events).toEqual([
    { event: 'refresh_failed', errorType: 'INVALID_CREDENTIALS' },
    { event: 'served_anyway', why: 'refresh_failed' },
  ]);
});

it('tells of a pair that could not be stored, and of a write that was refused', async () => {
  await using account = await connectedAccount(expired, async () => {
    await account.write({ ...fresh, accessToken: 'act.theirs', refreshToken: 'rft.theirs' });
    return tokenAnswer('new');
  });
  await account.oauth.getValidToken('u1');
  account.store.put = () => Promise.reject(new Error('connection lost'));
  await account.oauth.exchangeCodeForTokens('code', { userId: 'u2' });
  expect(events).toEqual([{ event: 'write_refused', found: 'another_pair' }, { event: 'unsaved' }]);
});
