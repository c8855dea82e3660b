import { expect, test } from 'vitest';
import { createRequestLog, type EmulatorRequest } from './request-log.js';

function request(changes: Partial<EmulatorRequest> = {}): EmulatorRequest {
  return {
    operation: 'token',
    method: 'POST',
    path: '/v2/oauth/token/',
    status: 200,
    error: undefined,
    grantType: 'refresh_token',
    user: 'ann',
    fault: undefined,
    params: {},
    at: new Date(0),
    logId: '1',
    ...changes,
  };
}

test('keeps the newest, counts them all', () => {
  const log = createRequestLog(3);
  for (let number = 1; number <= 20; number++) log.add(request({ logId: String(number) }));
  expect(log.list().map((entry) => entry.logId)).toEqual(['18', '19', '20']);
  expect(log.count()).toBe(20);
});

test('a size of 0 keeps none', () => {
  const log = createRequestLog(0);
  log.add(request());
  expect(log.list()).toEqual([]);
  expect(log.count('token')).toBe(1);
});

test('counts and lists by what is asked', () => {
  const log = createRequestLog(10);
  log.add(request());
  log.add(request({ grantType: 'authorization_code', status: 400 }));
  log.add(request({ operation: 'user_info', grantType: undefined }));
  expect(log.count('token')).toBe(2);
  expect(log.count('token', 'refresh_token')).toBe(1);
  expect(log.count('revoke')).toBe(0);
  expect(log.list({ operation: 'token', status: 400 })).toHaveLength(1);
  expect(log.list({ grantType: 'refresh_token' })).toHaveLength(1);
  expect(log.list({ status: 200 })).toHaveLength(2);
});
