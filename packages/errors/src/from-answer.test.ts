import { describe, expect, it } from 'vitest';
import { API_CODES, OAUTH_CODES } from './catalogue.js';
import { errorFromApiFailure, errorFromOAuthFailure, errorFromUnreadableAnswer } from './from-answer.js';

describe('errorFromOAuthFailure', () => {
  it.each([
    ['invalid_grant', 'TOKEN_EXPIRED', 'user'],
    ['invalid_client', 'INVALID_CREDENTIALS', 'developer'],
    ['unauthorized_client', 'INVALID_CREDENTIALS', 'developer'],
    ['access_denied', 'AUTH_ERROR', 'user'],
    ['invalid_request', 'INVALID_PARAM', 'developer'],
    ['server_error', 'SERVER_ERROR', 'tiktok'],
  ])('%s is %s, to be mended by the %s', (code, type, audience) => {
    expect(errorFromOAuthFailure({ code })).toMatchObject({ code, type, audience });
  });

  it('keeps the whole context, and TikTok’s words in the message', () => {
    const cause = new Error('below');
    const context = { operation: 'token.refresh', correlationId: 'c', statusCode: 200, logId: 'L', cause };
    const error = errorFromOAuthFailure({ code: 'invalid_grant', description: 'Refresh token is invalid.' }, context);
    expect(error).toMatchObject(context);
    expect(error.message).toBe('TikTok answered invalid_grant: Refresh token is invalid. (HTTP 200)');
  });
});

describe('errorFromApiFailure', () => {
  it.each([
    ['access_token_invalid', 'INVALID_TOKEN'],
    ['scope_not_authorized', 'SCOPE_NOT_AUTHORIZED'],
    ['scope_permission_missed', 'SCOPE_NOT_AUTHORIZED'],
    ['spam_risk_too_many_posts', 'QUOTA_EXCEEDED'],
    ['url_ownership_unverified', 'URL_OWNERSHIP_UNVERIFIED'],
  ])('%s is %s', (code, type) => {
    expect(errorFromApiFailure({ code })).toMatchObject({ code, type });
  });

  it('says when a limit ends, and believes a Retry-After more', () => {
    expect(errorFromApiFailure({ code: 'rate_limit_exceeded' }).retryAfterMs).toBe(60_000);
    expect(errorFromApiFailure({ code: 'rate_limit_exceeded' }, { retryAfterMs: 7_000 }).retryAfterMs).toBe(7_000);
  });

  it.each([
    [400, 'API_ERROR'],
    [429, 'RATE_LIMIT_ERROR'],
    [503, 'SERVER_ERROR'],
  ])('an unknown code at %i is %s and keeps its own word', (statusCode, type) => {
    expect(errorFromApiFailure({ code: 'brand_new' }, { statusCode })).toMatchObject({ type, code: 'brand_new' });
  });

  it('is not fooled by a code named like an object’s own methods', () => {
    expect(errorFromApiFailure({ code: 'constructor' }).type).toBe('API_ERROR');
    expect(errorFromApiFailure({ code: '__proto__' }).type).toBe('API_ERROR');
  });
});

describe('errorFromUnreadableAnswer', () => {
  it('is TikTok’s problem and can be tried again', () => {
    expect(errorFromUnreadableAnswer('HTML', { statusCode: 502 })).toMatchObject({
      type: 'SERVER_ERROR',
      audience: 'tiktok',
      retryable: true,
      statusCode: 502,
    });
  });

  it('is a rate limit where the status says so', () => {
    expect(errorFromUnreadableAnswer('empty body', { statusCode: 429 }).type).toBe('RATE_LIMIT_ERROR');
  });
});

describe('the catalogue', () => {
  it('points every code to TikTok’s own page', () => {
    for (const entry of [...Object.values(OAUTH_CODES), ...Object.values(API_CODES)]) {
      expect(entry.docsUrl).toMatch(/^https:\/\/developers\.tiktok\.com\/doc\//);
    }
  });
});
