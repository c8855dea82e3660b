import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecord } from './test-support/records.js';
import { decodeTokenRecord, encodeTokenRecord, type TokenRecord } from './token-record.js';

const anyRecord: fc.Arbitrary<TokenRecord> = fc.record(
  {
    accessToken: fc.string(),
    refreshToken: fc.string(),
    tokenType: fc.string(),
    openId: fc.string({ unit: 'binary' }),
    scope: fc.string(),
    obtainedAt: fc.maxSafeInteger(),
    accessTokenExpiresAt: fc.maxSafeInteger(),
    refreshTokenExpiresAt: fc.option(fc.maxSafeInteger()),
    signInNeeded: fc.record({ reason: fc.constantFrom('refused' as const, 'answer_lost' as const), at: fc.nat() }),
  },
  {
    requiredKeys: [
      'accessToken',
      'refreshToken',
      'tokenType',
      'openId',
      'scope',
      'obtainedAt',
      'accessTokenExpiresAt',
      'refreshTokenExpiresAt',
    ],
  },
);

describe('the record as text', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(decodeTokenRecord(encodeTokenRecord(record))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });

  it.each([
    { format: 2 },
    { format: undefined },
    { signInNeeded: {} },
    { signInNeeded: { reason: 'refused', at: 'x' } },
    { obtainedAt: null },
    { unansweredAt: 'x' },
  ])('is refused with %j in it', (fields) => {
    const text = JSON.stringify({ ...JSON.parse(encodeTokenRecord(aRecord())), ...fields });
    expect(() => decodeTokenRecord(text)).toThrow(expect.objectContaining({ code: 'malformed_record' }));
  });

  it.each(['', 'null', '[]', '{}', '{"accessToken":"act.c4n4ry"', '{"accessToken":"act.c4n4ry"}'])(
    '%j is refused without being quoted',
    (text) => {
      expect(() => decodeTokenRecord(text)).toThrow(
        expect.objectContaining({
          type: 'TOKEN_STORE_ERROR',
          code: 'malformed_record',
          message: expect.not.stringContaining('c4n4ry'),
        }),
      );
    },
  );
});
