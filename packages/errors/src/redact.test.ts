import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, redact, redactText } from './redact.js';

const CANARY = 'c4n4ryS3cr3t';

describe('redactText', () => {
  it.each([
    `act.${CANARY}!4521.e1`,
    `rft.${CANARY}!4521.e1`,
    `clt.${CANARY}`,
    `authorization: Bearer ${CANARY}`,
    `client_key=awkey&client_secret=${CANARY}&grant_type=refresh_token`,
    `https://app.example/callback?code=${CANARY}&state=s`,
    `https://www.tiktok.com/?redirect=https%3A%2F%2Fapp%2Fcb%3Fcode%3D${CANARY}`,
    `{"access_token":"${CANARY}","expires_in":86400}`,
    JSON.stringify({ body: JSON.stringify({ refresh_token: CANARY }) }),
    `exchanging ${CANARY}xyz*1!4608.va failed`,
  ])('takes the secret out of %s', (text) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(CANARY);
    expect(redacted).toContain(REDACTED);
  });

  it.each([
    'The request parameters are malformed.',
    'grant_type=refresh_token was refused with invalid_grant',
    'statusCode=200',
    'GET /v2/user/info/?fields=open_id,display_name',
  ])('leaves %s as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('redact', () => {
  it('replaces fields by name, whatever their case and wherever they are', () => {
    const value = { user: { access_token: 'x', refreshToken: 'y' }, list: [{ 'Client-Secret': 'z', keep: 1 }] };
    expect(redact(value)).toEqual({
      user: { access_token: REDACTED, refreshToken: REDACTED },
      list: [{ 'Client-Secret': REDACTED, keep: 1 }],
    });
  });

  it('leaves the original alone', () => {
    const value = { password: 'p' };
    redact(value);
    expect(value.password).toBe('p');
  });

  it('follows the chain of causes', () => {
    const error = new Error('outer', { cause: new Error(`inner act.${CANARY}`) });
    const text = JSON.stringify(redact(error));
    expect(text).toContain('inner');
    expect(text).not.toContain(CANARY);
  });

  it('survives circles, getters that throw, deep nesting and a field called __proto__', () => {
    const value: Record<string, unknown> = {
      get bad(): never {
        throw new Error('no');
      },
      proto: JSON.parse('{"__proto__":{"token":"x"}}'),
    };
    value.self = value;
    let deep: unknown = 'end';
    for (let i = 0; i < 100; i++) deep = { deep };
    value.deep = deep;
    const result = redact(value);
    expect(result).toMatchObject({ bad: '[unreadable]', self: '[circular]' });
    expect(JSON.stringify(result)).toContain('[too deep]');
    expect(JSON.stringify(result)).toContain(`"__proto__":{"token":"${REDACTED}"}`);
  });

  it('says the same object twice where it stands twice', () => {
    const shared = { a: 1 };
    expect(redact({ first: shared, second: shared })).toEqual({ first: { a: 1 }, second: { a: 1 } });
  });

  it('lets no planted token through, whatever the nesting', () => {
    const planted = fc.constantFrom(
      `rft.${CANARY}`,
      `Bearer ${CANARY}`,
      `x client_secret=${CANARY}&y`,
      new Error(`act.${CANARY}`),
      { accessToken: CANARY },
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        planted,
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree')),
        fc.anything(),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(redact(value), (_key, item) => (typeof item === 'bigint' ? `${item}` : item)) ?? '';
        expect(text).not.toContain(CANARY);
      }),
    );
  });
});
