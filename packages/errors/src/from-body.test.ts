import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorFromBody } from './from-body.js';
import { TikTokError } from './tiktok-error.js';

describe('errorFromBody', () => {
  it.each([200, 400, 401, undefined])('finds a flat OAuth error at HTTP %s', (statusCode) => {
    const body = { error: 'invalid_grant', error_description: 'Code is expired.', log_id: 'L' };
    expect(errorFromBody(body, { statusCode, operation: 'token.exchange' })).toMatchObject({
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      logId: 'L',
      operation: 'token.exchange',
      message: expect.stringContaining('Code is expired.'),
    });
  });

  it.each([200, 401, undefined])('finds an enveloped error at HTTP %s', (statusCode) => {
    const body = { data: {}, error: { code: 'access_token_invalid', message: 'm', log_id: 'L' } };
    expect(errorFromBody(body, { statusCode })).toMatchObject({ type: 'INVALID_TOKEN', logId: 'L' });
  });

  it('reads the log id by either name, from wherever it stands, else from the context', () => {
    expect(errorFromBody({ error: { code: 'x', logid: 'A' } })?.logId).toBe('A');
    expect(errorFromBody({ error: { code: 'x' }, log_id: 'B' })?.logId).toBe('B');
    expect(errorFromBody({ error: 'x', logid: 'C' })?.logId).toBe('C');
    expect(errorFromBody({ error: 'x' }, { logId: 'header' })?.logId).toBe('header');
  });

  it('finds the envelope’s fields without the envelope', () => {
    const flat = { code: 'scope_not_authorized', message: 'm', log_id: 'L' };
    expect(errorFromBody(flat, { statusCode: 401 })).toMatchObject({ type: 'SCOPE_NOT_AUTHORIZED', logId: 'L' });
    expect(errorFromBody(flat)).toMatchObject({ type: 'SCOPE_NOT_AUTHORIZED' });
  });

  it.each([
    [{ data: {}, error: { code: 'ok', message: '', log_id: 'L' } }, 200],
    [{ access_token: 'a', open_id: 'o' }, 200],
    [{ status: 'confirmed', code: 'https://app.example/cb?code=x' }, 200],
    [{}, undefined],
    [undefined, 200],
    ['', 200],
  ])('finds none in %j at HTTP %s', (body, statusCode) => {
    expect(errorFromBody(body, { statusCode })).toBeUndefined();
  });

  it.each([
    ['<html>', 502],
    ['<html>', 200],
    [[], 200],
    [null, 200],
    [undefined, 503],
    [{}, 400],
    [{ error: { code: 'ok' } }, 500],
    [42, undefined],
  ])('%j at HTTP %s cannot be read', (body, statusCode) => {
    expect(errorFromBody(body, { statusCode })).toMatchObject({ type: 'SERVER_ERROR', code: 'unreadable_answer' });
  });

  it('keeps a code that is no string readable', () => {
    expect(errorFromBody({ error: { code: 50001000, message: 'm' } })).toMatchObject({ code: '50001000' });
  });

  it('whatever the body, gives an error of ours or none', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
        (body, statusCode) => {
          const error = errorFromBody(body, { statusCode });
          expect(error === undefined || error instanceof TikTokError).toBe(true);
        },
      ),
    );
  });
});
