import { expect, test } from 'vitest';
import type { EmulatorRequest } from '../index.js';
import { requestLine } from './request-line.js';

const REQUEST: EmulatorRequest = {
  operation: 'token',
  method: 'POST',
  path: '/v2/oauth/token/',
  status: 200,
  error: undefined,
  grantType: 'refresh_token',
  user: 'ann',
  fault: undefined,
  params: { client_secret: '[masked]' },
  at: new Date('2026-11-22T12:00:00Z'),
  logId: '2026112212000000000000000000000000',
};

test('says who asked for what, and how it ended', () => {
  expect(requestLine(REQUEST)).toBe(
    '2026-11-22T12:00:00.000Z POST /v2/oauth/token/ 200 refresh_token @ann 2026112212000000000000000000000000',
  );
});

test('says what went wrong, and when nothing was answered', () => {
  expect(requestLine({ ...REQUEST, status: 0, fault: 'reset after effect' })).toContain(
    '--- refresh_token @ann fault="reset after effect" 2026',
  );
  expect(requestLine({ ...REQUEST, status: 400, error: 'invalid_grant' })).toContain(
    '400 refresh_token @ann error=inv',
  );
});

test('no path moves the cursor of a terminal, or makes a second line', () => {
  const path = '/\u001b[2J\r\n\u0007\u009b1m\u202e\u2028x';
  expect(requestLine({ ...REQUEST, path })).toContain(' /?[2J????1m??x ');
});
