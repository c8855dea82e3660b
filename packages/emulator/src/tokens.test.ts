import { expect, test } from 'vitest';
import { createTokens, type TokenRecord } from './tokens.js';
import { readUsers } from './user.js';

const [{ profile: user }] = readUsers(undefined, ['app']);

function record(token: string): TokenRecord {
  const grant = { holder: { clientKey: 'app', user, scopes: [] }, startedAt: 0, state: 'active' } as const;
  return { kind: 'refresh', token, grant: { ...grant }, issuedAt: 0, expiresAt: 1 };
}

test('forgets the dead, oldest first, when there are too many, and never the living', () => {
  const dead = new Set(Array.from({ length: 90 }, (_, index) => String(index)));
  const tokens = createTokens(({ token }) => !dead.has(token), 100);
  for (let index = 0; index <= 100; index++) tokens.add(record(String(index)));
  expect(tokens.of(user.username)).toHaveLength(50);
  expect(tokens.find('0')).toBeUndefined();
  expect(tokens.find('89')).toBeDefined();
  for (let index = 90; index <= 100; index++) expect(tokens.find(String(index))).toBeDefined();
});

test('holds more than it should rather than forget a live one', () => {
  const tokens = createTokens(() => true, 10);
  for (let index = 0; index < 100; index++) tokens.add(record(String(index)));
  expect(tokens.of(user.username)).toHaveLength(100);
});
