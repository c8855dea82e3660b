import { describe, expect, it } from 'vitest';
import {
  exchangeAnswer,
  readRefreshedTokens,
  readTokens,
  recordOf,
  refreshAnswer,
  refreshedRecord,
} from './token-answer.js';

const data = {
  access_token: 'act.A',
  expires_in: 86_400,
  refresh_token: 'rft.B',
  refresh_expires_in: 31_536_000,
  open_id: 'o-1',
  scope: 'user.info.basic,video.list',
  token_type: 'Bearer',
};
/** What is read of an answer, or what is wrong with it. */
const read = (schema: typeof exchangeAnswer | typeof refreshAnswer, fields: object) =>
  schema['~standard'].validate(fields);
const exchanged = (fields: object) => {
  const { value } = exchangeAnswer['~standard'].validate(fields) as { value: Parameters<typeof readTokens>[0] };
  return readTokens(value);
};
const refreshed = (fields: object) => {
  const { value } = refreshAnswer['~standard'].validate(fields) as { value: Parameters<typeof readRefreshedTokens>[0] };
  return readRefreshedTokens(value);
};
const without = (name: string) => Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));

describe('readTokens', () => {
  it('gives TikTok’s fields', () => {
    expect(exchanged({ ...data, unknown: 1 }).reveal()).toEqual(data);
  });

  it.each(['access_token', 'refresh_token', 'open_id'])('names a missing %s', (name) => {
    expect(read(exchangeAnswer, without(name))).toEqual({ issues: [{ message: 'missing', path: [name] }] });
  });

  it.each([
    ['access_token', ''],
    ['access_token', 5],
    ['refresh_token', null],
  ])('refuses %s = %j', (name, value) => {
    expect(read(exchangeAnswer, { ...data, [name]: value })).toMatchObject({ issues: [{ path: [name] }] });
  });

  it('a refresh needs an access token, no more', () => {
    expect(read(refreshAnswer, { access_token: 'act.A' })).toMatchObject({ value: { access_token: 'act.A' } });
    expect(read(refreshAnswer, without('access_token'))).toMatchObject({ issues: [{ path: ['access_token'] }] });
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
    expect(refreshed(fields)).toMatchObject({ access_token: 'act.A', expires_in: expected });
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
    const short = refreshed({ access_token: 'act.C', expires_in: 7_200 });
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
