import { describe, expect, it } from 'vitest';
import { readRefreshedTokens, readTokens, recordOf, refreshedRecord } from './token-answer.js';

const data = {
  access_token: 'act.A',
  expires_in: 86_400,
  refresh_token: 'rft.B',
  refresh_expires_in: 31_536_000,
  open_id: 'o-1',
  scope: 'user.info.basic,video.list',
  token_type: 'Bearer',
};
const answer = (fields: Record<string, string | number | boolean | null>) => ({
  data: fields,
  statusCode: 200,
  logId: 'L',
});
const without = (name: string) => Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));

describe('readTokens', () => {
  it('gives TikTok’s fields', () => {
    expect(readTokens(answer({ ...data, unknown: 1 }), {}).reveal()).toEqual(data);
  });

  it.each(['access_token', 'refresh_token', 'open_id'])('names a missing %s', (name) => {
    expect(() => readTokens(answer(without(name)), { operation: 'token.exchange' })).toThrow(
      expect.objectContaining({
        type: 'SERVER_ERROR',
        message: expect.stringContaining(name),
        logId: 'L',
        operation: 'token.exchange',
      }),
    );
  });

  it.each([
    ['access_token', ''],
    ['access_token', 5],
  ])('refuses %s = %j without showing a token', (name, value) => {
    expect(() => readTokens(answer({ ...data, [name]: value }), {})).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('rft.B') }),
    );
  });
});

describe('lifetimes', () => {
  it.each([
    [7_200, 7_200],
    ['7200', 7_200],
    [undefined, 300],
    [null, 300],
    [0, 300],
    [-1, 300],
    ['soon', 300],
    [1e300, 300],
  ])('expires_in %j is %d: a pair is never thrown away for it', (expires_in, expected) => {
    const fields = { ...without('expires_in'), ...(expires_in === undefined ? {} : { expires_in }) };
    expect(readRefreshedTokens(answer(fields), {})).toMatchObject({ access_token: 'act.A', expires_in: expected });
  });
});

describe('records', () => {
  it('count lifetimes from when the request was sent', () => {
    expect(recordOf(data, 1_000)).toEqual({
      accessToken: 'act.A',
      refreshToken: 'rft.B',
      tokenType: 'Bearer',
      openId: 'o-1',
      scope: 'user.info.basic,video.list',
      obtainedAt: 1_000,
      accessTokenExpiresAt: 86_401_000,
      refreshTokenExpiresAt: 31_536_001_000,
    });
  });

  it('a refresh without a refresh_token keeps the old one, without refresh_expires_in its earlier end (D6)', () => {
    const old = { ...recordOf(data, 1_000), signInNeeded: { reason: 'refused', at: 1 } as const };
    const short = readRefreshedTokens(answer({ access_token: 'act.C', expires_in: 7_200 }), {});
    expect(refreshedRecord(old, short, 50_000)).toEqual({
      ...recordOf(data, 1_000),
      accessToken: 'act.C',
      obtainedAt: 50_000,
      accessTokenExpiresAt: 7_250_000,
    });
  });

  it('a whole answer replaces everything', () => {
    const fresh = { ...data, access_token: 'act.D', refresh_token: 'rft.E', scope: 'user.info.basic' };
    expect(refreshedRecord(recordOf(data, 1_000), fresh, 2_000)).toEqual(recordOf(fresh, 2_000));
  });
});
