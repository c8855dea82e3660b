import type { Subject } from '../../harness/subject.js';
import { accessToken, expectToken, LIFE_S, userId } from './account.js';

const accounts = new Map([[userId, { accessToken, expiresAt: Date.now() + LIFE_S * 1_000 }]]);

function validToken(): string {
  const found = accounts.get(userId);
  if (found === undefined || found.expiresAt <= Date.now()) throw new Error('a refresh would be due');
  return found.accessToken;
}

export function asynchronous(): Subject {
  return { call: async () => validToken(), check: expectToken };
}

export function synchronous(): Subject {
  return { call: validToken, check: expectToken };
}
