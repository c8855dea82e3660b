import assert from 'node:assert/strict';

export const userId = 'user-1';
export const accessToken = 'act.9f2c1ab07d44e8aa31Example9f2c1ab07d44e8aa31!4608.va';
export const refreshToken = 'rft.9f2c1ab07d44e8aa31Example9f2c1ab07d44e8aa31!4608.va';
export const LIFE_S = 86_400;

export function expectToken(given: unknown): void {
  assert.equal(given, accessToken);
}
