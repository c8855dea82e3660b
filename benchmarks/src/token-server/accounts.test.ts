import { describe, expect, test } from 'vitest';
import { Accounts, accessTokenOf, codeOf, refreshTokenOf } from './accounts.js';

describe('the accounts of the token server', () => {
  test('give the first pair for a code', () => {
    expect(new Accounts().exchange(codeOf('one'))).toMatchObject({
      access_token: accessTokenOf('one', 0),
      refresh_token: refreshTokenOf('one', 0),
    });
    expect(new Accounts().exchange('nonsense')).toBeUndefined();
  });

  test('take each refresh token once', () => {
    const accounts = new Accounts();
    expect(accounts.refresh(refreshTokenOf('one', 0))).toMatchObject({ access_token: accessTokenOf('one', 1) });
    expect(accounts.refresh(refreshTokenOf('one', 0))).toBeUndefined();
    expect(accounts.refresh(refreshTokenOf('one', 1))).toMatchObject({ refresh_token: refreshTokenOf('one', 2) });
    expect(accounts.refresh('nonsense')).toBeUndefined();
  });

  test('count requests for each account, refused ones too', () => {
    const accounts = new Accounts();
    accounts.refresh(refreshTokenOf('one', 0));
    accounts.refresh(refreshTokenOf('one', 0));
    accounts.refresh(refreshTokenOf('two', 0));
    expect([accounts.requestsOf('one'), accounts.requestsOf('two'), accounts.requestsOf('three')]).toEqual([2, 1, 0]);
  });
});
