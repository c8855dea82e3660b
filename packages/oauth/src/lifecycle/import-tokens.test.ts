import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedAccount, expired, fresh } from '../test-support/connected-account.js';
import { tokenAnswer } from '../test-support/scripted-tiktok.js';
import { type ImportedTokens, readImport } from './import-tokens.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;
const pair = { access_token: 'act.1', refresh_token: 'rft.1' };

describe('what an import may look like', () => {
  it('a token answer as TikTok gave it, with when', () => {
    const answer = {
      ...pair,
      expires_in: 86_400,
      refresh_expires_in: 31_536_000,
      open_id: 'open-1',
      scope: 'user.info.basic,video.list',
      token_type: 'Bearer',
      obtained_at: new Date(NOW - 1_000),
    };
    expect(readImport(answer, NOW)).toEqual({
      obtainedAt: NOW - 1_000,
      record: {
        accessToken: 'act.1',
        refreshToken: 'rft.1',
        tokenType: 'Bearer',
        openId: 'open-1',
        scope: 'user.info.basic,video.list',
        obtainedAt: NOW - 1_000,
        accessTokenExpiresAt: NOW - 1_000 + DAY,
        refreshTokenExpiresAt: NOW - 1_000 + 365 * DAY,
      },
    });
  });

  it('the same in camel case is the same', () => {
    const snake = readImport({ ...pair, expires_in: 7_200, open_id: 'o', obtained_at: NOW }, NOW);
    const camel = readImport(
      { accessToken: 'act.1', refreshToken: 'rft.1', expiresIn: 7_200, openId: 'o', obtainedAt: NOW },
      NOW,
    );
    expect(camel).toEqual(snake);
  });

  it.each([
    ['a Date', new Date(NOW)],
    ['ISO 8601', new Date(NOW).toISOString()],
    ['ISO 8601 with an offset', '2026-11-22T14:00:00+02:00'],
    ['milliseconds', NOW],
    ['seconds', NOW / 1000],
    ['milliseconds as databases give them', String(NOW)],
    ['seconds as databases give them', String(NOW / 1000)],
  ])('an instant as %s', (_name, instant) => {
    expect(readImport({ ...pair, expires_at: instant }, NOW - 1).record.accessTokenExpiresAt).toBe(NOW);
  });

  it('below 1e11 a number is seconds, from there on milliseconds', () => {
    const far = { ...pair, expires_at: NOW };
    expect(readImport({ ...far, refresh_expires_at: 1e11 - 1 }, NOW).record.refreshTokenExpiresAt).toBe(
      (1e11 - 1) * 1000,
    );
    expect(readImport({ ...pair, expires_at: 1e11 }, NOW).record.accessTokenExpiresAt).toBe(1e11);
  });

  it('null, as databases give it, is absent', () => {
    const tokens = { ...pair, expires_at: NOW + DAY, scope: null, refresh_expires_at: null };
    expect(readImport(tokens as unknown as ImportedTokens, NOW).record).toMatchObject({
      scope: '',
      refreshTokenExpiresAt: null,
    });
  });

  it('an access token that has run out, as long as its refresh token has not', () => {
    const tokens = { ...pair, expires_at: NOW - DAY, refresh_expires_at: NOW + DAY };
    expect(readImport(tokens, NOW).record.accessTokenExpiresAt).toBe(NOW - DAY);
  });

  it('scopes separated by spaces are scopes', () => {
    expect(readImport({ ...pair, expires_at: NOW, scope: 'a.b c.d,e.f' }, NOW).record.scope).toBe('a.b,c.d,e.f');
  });

  it('a lifetime nobody told makes a refresh window of five minutes', () => {
    const { record, obtainedAt } = readImport({ ...pair, expires_at: NOW + 600_000 }, NOW);
    expect(obtainedAt).toBeUndefined();
    expect(0.1 * (record.accessTokenExpiresAt - record.obtainedAt)).toBe(5 * 60_000);
    expect(readImport({ ...pair, expires_at: NOW + DAY }, NOW).record.obtainedAt).toBe(NOW);
  });

  it.each<[string, object, string]>([
    ['no access token', { refresh_token: 'r', expires_at: NOW }, 'access_token is undefined'],
    ['no refresh token', { access_token: 'a', expires_at: NOW }, 'refresh_token is undefined'],
    [
      'a token that was redacted',
      { ...pair, access_token: '[redacted]', expires_at: NOW },
      'access_token is [redacted]',
    ],
    ['a token with a space', { ...pair, refresh_token: 'a b', expires_at: NOW }, 'refresh_token has white space'],
    ['no end', pair, 'expires_in and expires_at are missing'],
    ['a lifetime that counts from nowhere', { ...pair, expires_in: 86_400 }, 'says nothing without obtained_at'],
    ['the same of the refresh token', { ...pair, expires_at: NOW, refresh_expires_in: 1 }, 'without obtained_at'],
    [
      'a refresh token that has run out',
      { ...pair, expires_at: NOW, refresh_expires_at: NOW - 1 },
      'must sign in again',
    ],
    ['an instant that is none', { ...pair, expires_at: 'tomorrow' }, 'expires_at is no instant'],
    ['a time of nowhere', { ...pair, expires_at: '2026-11-22T12:00:00' }, 'expires_at is no instant'],
    ['an invalid Date', { ...pair, expires_at: new Date(Number.NaN) }, 'expires_at is no instant'],
    ['a negative lifetime', { ...pair, expires_in: -1, obtained_at: NOW }, 'expires_in is -1; expected seconds'],
    ['milliseconds for seconds', { ...pair, expires_in: 86_400_000, obtained_at: NOW }, 'expected 31 days at most'],
    ['a lifetime beyond all dates', { ...pair, expires_in: 1e20, obtained_at: NOW }, 'at most ten years'],
    ['an end before the beginning', { ...pair, expires_at: NOW - 2, obtained_at: NOW - 1 }, 'is not after obtained_at'],
    ['an obtained_at yet to come', { ...pair, expires_in: 1, obtained_at: NOW + DAY }, 'yet to come'],
    ['two that differ', { ...pair, accessToken: 'act.2', expires_at: NOW }, 'both given, and differ'],
    ['a scope that is a list', { ...pair, expires_at: NOW, scope: ['a'] }, 'scope is object; expected a string'],
  ])('refuses %s', (_name, tokens, message) => {
    expect(() => readImport(tokens, NOW)).toThrow(message);
    expect(() => readImport(tokens, NOW)).toThrow(expect.objectContaining({ type: 'VALIDATION_ERROR' }));
  });

  it('whatever is given, it is a record with sound instants or a VALIDATION_ERROR', () => {
    const names = [
      'access_token',
      'refresh_token',
      'expires_in',
      'expires_at',
      'obtained_at',
      'refreshExpiresAt',
      'scope',
    ];
    const value = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.date(), fc.constant(null), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (tokens) => {
        try {
          const { record } = readImport(tokens as unknown as ImportedTokens, NOW);
          expect(Number.isFinite(record.accessTokenExpiresAt)).toBe(true);
          expect(Number.isFinite(record.obtainedAt)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ type: 'VALIDATION_ERROR' });
        }
      }),
    );
  });
});

describe('importTokens', () => {
  const tokens = (name: string, obtainedAt: number): ImportedTokens => ({
    access_token: `act.${name}`,
    refresh_token: `rft.${name}`,
    expires_in: 86_400,
    refresh_expires_in: 31_536_000,
    obtained_at: obtainedAt,
  });

  it('makes an account of them, whose token is served and refreshed like any other', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const { oauth } = account;
    await expect(oauth.importTokens('u2', tokens('mine', Date.now()))).resolves.toEqual({ imported: true });
    await expect(oauth.getValidToken('u2')).resolves.toBe('act.mine');
    await oauth.importTokens('u3', tokens('late', Date.now() - 2 * DAY));
    await expect(oauth.getValidToken('u3')).resolves.toBe('act.new');
  });

  it('run twice, it changes nothing the second time', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    const given = tokens('mine', Date.now());
    await account.oauth.importTokens('u2', given);
    const key = { ...account.key, userId: 'u2' };
    const before = await account.store.get(key);
    await expect(account.oauth.importTokens('u2', given)).resolves.toEqual({
      imported: false,
      reason: 'already_stored',
    });
    await expect(account.store.get(key)).resolves.toEqual(before);
  });

  it('never undoes a refresh that has happened since, or a sign-in', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    const result = account.oauth.importTokens('u1', tokens('old', Date.now() - DAY));
    await expect(result).resolves.toEqual({ imported: false, reason: 'may_be_newer' });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
  });

  it('replaces a pair that was obtained earlier, and lifts its mark', async () => {
    await using account = await connectedAccount({ ...expired, signInNeeded: { reason: 'refused', at: 1 } }, () =>
      tokenAnswer('new'),
    );
    await account.oauth.getValidToken('u1').catch(() => undefined);
    await expect(account.oauth.importTokens('u1', tokens('mine', Date.now()))).resolves.toEqual({ imported: true });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.mine');
  });

  it('by a clock that is ahead of ours nothing is replaced: it may be the older one', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const ahead = tokens('mine', Date.now() + 4 * 60_000);
    await expect(account.oauth.importTokens('u2', ahead)).resolves.toEqual({ imported: true });
    await account.oauth.getValidToken('u2', { rejected: 'act.mine' });
    await expect(account.oauth.importTokens('u2', ahead)).resolves.toEqual({ imported: false, reason: 'may_be_newer' });
    await expect(account.oauth.getValidToken('u2')).resolves.toBe('act.new');
  });

  it('without obtained_at it replaces nothing, unless told to', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const given = { access_token: 'act.mine', refresh_token: 'rft.mine', expires_at: Date.now() + DAY };
    await expect(account.oauth.importTokens('u1', given)).resolves.toEqual({ imported: false, reason: 'may_be_newer' });
    await expect(account.oauth.importTokens('u1', given, { overwrite: true })).resolves.toEqual({ imported: true });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.mine');
  });

  it('does not replace a pair that came while it was being written', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { put } = account.store;
    account.store.put = async (...args) => {
      account.store.put = put;
      await account.write({ ...fresh, accessToken: 'act.theirs', obtainedAt: Date.now() });
      return put(...args);
    };
    const result = account.oauth.importTokens('u1', tokens('mine', Date.now() - 1_000));
    await expect(result).resolves.toEqual({ imported: false, reason: 'may_be_newer' });
    expect((await account.stored())?.record.accessToken).toBe('act.theirs');
  });

  it('refuses what is wrong before the store is asked', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    account.calls('get');
    await expect(account.oauth.importTokens('', tokens('mine', NOW))).rejects.toMatchObject({
      code: 'invalid_user_id',
    });
    await expect(account.oauth.importTokens('u1', pair)).rejects.toMatchObject({ code: 'invalid_tokens' });
    expect(account.calls('get')).toBe(0);
  });
});
