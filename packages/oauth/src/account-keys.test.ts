import { hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AccountKeys } from './account-keys.js';
import { lengthPrefixed } from './length-prefixed.js';

const secret = randomBytes(32);
const account = (n: number) => ({ clientKey: 'aw', userId: `user-${n}` });

describe('the keys of accounts', () => {
  it('are those of HKDF-SHA256', () => {
    const info = lengthPrefixed(['tt1', 'aw', 'ü']);
    expect(new AccountKeys(secret, 'tt1').of({ clientKey: 'aw', userId: 'ü' }).key).toEqual(
      Buffer.from(hkdfSync('sha256', secret, '', info, 32)),
    );
  });

  it('differ by secret, format, client key and user id', () => {
    const key = (format: string, clientKey: string, userId: string, from = secret) =>
      new AccountKeys(from, format).of({ clientKey, userId }).key.toString('hex');
    const keys = [
      key('tt1', 'aw', 'u1'),
      key('tt2', 'aw', 'u1'),
      key('tt1', 'aw2', 'u1'),
      key('tt1', 'aw', 'u2'),
      key('tt1', 'awu', '1'),
      key('tt1', 'aw', 'u1', randomBytes(32)),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are told apart where client key and user id only look alike when joined', () => {
    const keys = new AccountKeys(secret, 'tt1');
    expect(keys.of({ clientKey: 'a:b', userId: 'c' })).not.toEqual(keys.of({ clientKey: 'a', userId: 'b:c' }));
    expect(keys.of({ clientKey: 'a', userId: 'bc' })).not.toEqual(keys.of({ clientKey: 'ab', userId: 'c' }));
  });

  it('come with the place of the account, length-prefixed', () => {
    const keys = new AccountKeys(secret, 'tt1');
    expect(keys.of({ clientKey: 'aw', userId: 'ü' }).place).toEqual(lengthPrefixed(['aw', 'ü']));
    expect(keys.of({ clientKey: 'awü', userId: '' }).place).toEqual(lengthPrefixed(['awü', '']));
  });

  it('are derived once while they are in use, and only the last ten thousand are kept', () => {
    const keys = new AccountKeys(secret, 'tt1');
    const first = Array.from({ length: 10_000 }, (_, n) => keys.of(account(n)).key);
    expect(first.every((key, n) => keys.of(account(n)).key === key)).toBe(true);
    keys.of(account(10_000));
    expect(keys.of(account(1)).key).toBe(first[1]);
    // The first one had to go, and is the same when it is derived again.
    const again = keys.of(account(0)).key;
    expect(again).not.toBe(first[0]);
    expect(again).toEqual(first[0]);
  });
});
