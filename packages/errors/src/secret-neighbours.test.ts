import { expect, it } from 'vitest';
import { redact } from './redact.js';
import { REDACTED } from './redacted.js';

const CANARY = 'c4n4ryS3cr3t';

it('knows names and values that stand beside each other', () => {
  expect(redact(['client_secret', CANARY])).toEqual(['client_secret', REDACTED]);
  expect(
    redact([
      ['access_token', CANARY],
      ['expires_in', '1'],
    ]),
  ).toEqual([
    ['access_token', REDACTED],
    ['expires_in', '1'],
  ]);
  expect(redact({ rawHeaders: ['Host', 'x', 'Cookie', 'plain'] })).toEqual({
    rawHeaders: ['Host', 'x', 'Cookie', REDACTED],
  });
  expect(redact({ headers: [{ name: 'Authorization', value: CANARY }] })).toEqual({
    headers: [{ name: 'Authorization', value: REDACTED }],
  });
  expect(redact({ asked: ['access_token', 'refresh_token', 'expires_in'] })).toEqual({
    asked: ['access_token', 'refresh_token', 'expires_in'],
  });
});
