import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import {
  errorFromApiFailure,
  errorFromFailReason,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  errorFromUploadStatus,
} from './from-answer.js';
import { redactText } from './redact-text.js';

const context = {
  operation: 'token.refresh',
  correlationId: 'c-1',
  statusCode: 200,
  logId: 'L1',
  retryAfterMs: 7_000,
  cause: new Error('below'),
};

describe('errorFromOAuthFailure', () => {
  it.each([
    ['invalid_grant', 'TOKEN_EXPIRED', 'user', false],
    ['invalid_client', 'INVALID_CREDENTIALS', 'developer', false],
    ['unauthorized_client', 'INVALID_CREDENTIALS', 'developer', false],
    ['access_denied', 'AUTH_ERROR', 'user', false],
    ['invalid_request', 'INVALID_PARAM', 'developer', false],
    ['invalid_scope', 'INVALID_PARAM', 'developer', false],
    ['server_error', 'SERVER_ERROR', 'tiktok', true],
    ['temporarily_unavailable', 'SERVER_ERROR', 'tiktok', true],
  ])('%s is %s, to be mended by the %s, retryable %s', (code, type, audience, retryable) => {
    expect(errorFromOAuthFailure({ code })).toMatchObject({ code, type, audience, retryable });
  });

  it('keeps the whole context, and TikTok’s words in the message', () => {
    const error = errorFromOAuthFailure({ code: 'invalid_grant', description: 'Refresh token is invalid.' }, context);
    expect(error).toMatchObject(context);
    expect(error.message).toBe('TikTok answered invalid_grant: Refresh token is invalid. (HTTP 200)');
  });
});

describe('errorFromApiFailure', () => {
  it.each([
    ['access_token_invalid', 'INVALID_TOKEN', 'user'],
    ['scope_not_authorized', 'SCOPE_NOT_AUTHORIZED', 'user'],
    ['scope_permission_missed', 'SCOPE_NOT_AUTHORIZED', 'user'],
    ['rate_limit_exceeded', 'RATE_LIMIT_ERROR', 'tiktok'],
    ['invalid_params', 'INVALID_PARAM', 'developer'],
    ['invalid_param', 'INVALID_PARAM', 'developer'],
    ['invalid_file_upload', 'UPLOAD_ERROR', 'user'],
    ['spam_risk_too_many_posts', 'QUOTA_EXCEEDED', 'user'],
    ['reached_active_user_cap', 'QUOTA_EXCEEDED', 'developer'],
    ['url_ownership_unverified', 'URL_OWNERSHIP_UNVERIFIED', 'developer'],
  ])('%s is %s, to be mended by the %s', (code, type, audience) => {
    expect(errorFromApiFailure({ code }, context)).toMatchObject({ ...context, code, type, audience });
  });

  it('says when a limit ends, and believes a Retry-After more', () => {
    expect(errorFromApiFailure({ code: 'rate_limit_exceeded' })).toMatchObject({
      retryAfterMs: 60_000,
      retryable: true,
    });
    expect(errorFromApiFailure({ code: 'spam_risk_too_many_posts' })).toMatchObject({
      retryAfterMs: 86_400_000,
      retryable: false,
    });
    expect(errorFromApiFailure({ code: 'rate_limit_exceeded' }, { retryAfterMs: 7_000 }).retryAfterMs).toBe(7_000);
  });

  it.each([
    [undefined, 'API_ERROR'],
    [200, 'API_ERROR'],
    [400, 'API_ERROR'],
    [429, 'RATE_LIMIT_ERROR'],
    [503, 'SERVER_ERROR'],
  ])('an unknown code at %s is %s and keeps its own word', (statusCode, type) => {
    expect(errorFromApiFailure({ code: 'brand_new' }, { statusCode })).toMatchObject({ type, code: 'brand_new' });
  });

  it.each(['constructor', '__proto__', 'toString'])('is not fooled by the code %s', (code) => {
    expect(errorFromApiFailure({ code })).toMatchObject({ type: 'API_ERROR', code });
  });

  it('an unknown code is safe to show, whatever is in it', () => {
    const code = `<script>\n\u001b[2J\u202e act.c4n4ry ${'x'.repeat(100_000)}`;
    const error = errorFromApiFailure({ code, description: code });
    expect(error.userMessage).toBe('TikTok could not do that. Please try again later.');
    expect(error.code?.length).toBeLessThan(1_100);
    for (const text of [error.message, error.code]) {
      expect(text).toContain('<script>\\n\\u001b[2J\\u202e act.[redacted]');
      expect(text).not.toContain('c4n4ry');
    }
  });
});

describe('every row of the catalogue', () => {
  const builders = {
    oauth: (code: string) => errorFromOAuthFailure({ code }, context),
    api: (code: string) => errorFromApiFailure({ code }, context),
    publish: (code: string) => errorFromFailReason(code, context),
    upload: (code: string) => errorFromUploadStatus(code === 'upload_5xx' ? 503 : Number(code.slice(7)), context),
  };
  const rows = Object.entries(CATALOGUE).flatMap(([source, entries]) =>
    entries.map((entry) => [source, entry.code, entry] as const),
  );

  it.each(rows)('%s %s becomes the error the row says', (source, code, entry) => {
    const error = Reflect.get(builders, source)(code);
    const { windowMs: _windowMs, ...fields } = entry;
    const { statusCode: _statusCode, ...kept } = context;
    expect(error).toMatchObject({ ...fields, ...kept });
  });
});

describe('errorFromUploadStatus', () => {
  it.each([
    [400, 'upload_400', 'UPLOAD_ERROR', false],
    [403, 'upload_403', 'UPLOAD_ERROR', false],
    [404, 'upload_404', 'UPLOAD_ERROR', false],
    [416, 'upload_416', 'UPLOAD_ERROR', false],
    [500, 'upload_5xx', 'SERVER_ERROR', true],
    [599, 'upload_5xx', 'SERVER_ERROR', true],
    [413, 'upload_413', 'UPLOAD_ERROR', false],
    [429, 'upload_429', 'RATE_LIMIT_ERROR', true],
  ])('%i is %s, %s, retryable %s', (statusCode, code, type, retryable) => {
    expect(errorFromUploadStatus(statusCode)).toMatchObject({ statusCode, code, type, retryable });
  });
});

describe('errorFromFailReason', () => {
  it('tells a fault of TikTok’s from one of the media, and a reason nobody knows', () => {
    expect(errorFromFailReason('internal')).toMatchObject({ type: 'SERVER_ERROR', retryable: true });
    expect(errorFromFailReason('video_pull_failed')).toMatchObject({ type: 'UPLOAD_ERROR', retryable: true });
    expect(errorFromFailReason('duration_check_failed')).toMatchObject({ type: 'UPLOAD_ERROR', retryable: false });
    expect(errorFromFailReason('auth_removed')).toMatchObject({ type: 'AUTH_ERROR', audience: 'user' });
    expect(errorFromFailReason('spam_risk')).toMatchObject({ type: 'QUOTA_EXCEEDED', retryable: false });
    expect(errorFromFailReason('brand_new', context)).toMatchObject({
      ...context,
      type: 'API_ERROR',
      code: 'brand_new',
    });
  });
});

describe('errorFromUnreadableAnswer', () => {
  it('is TikTok’s problem and can be tried again', () => {
    expect(errorFromUnreadableAnswer('HTML', { ...context, statusCode: 502 })).toMatchObject({
      ...context,
      type: 'SERVER_ERROR',
      code: 'unreadable_answer',
      audience: 'tiktok',
      retryable: true,
      statusCode: 502,
    });
  });

  it('is a rate limit where the status says so', () => {
    expect(errorFromUnreadableAnswer('empty body', { statusCode: 429 }).type).toBe('RATE_LIMIT_ERROR');
  });
});

it('the message for the person can be chosen where the error is made', () => {
  const resolveUserMessage = ({ type, code }: { type: string; code: string | undefined }) => `${type}/${code}`;
  expect(errorFromOAuthFailure({ code: 'invalid_grant' }, { resolveUserMessage }).userMessage).toBe(
    'TOKEN_EXPIRED/invalid_grant',
  );
  expect(errorFromUploadStatus(403, { resolveUserMessage }).userMessage).toBe('UPLOAD_ERROR/upload_403');
  expect(errorFromUnreadableAnswer('x', { resolveUserMessage }).userMessage).toBe('SERVER_ERROR/unreadable_answer');
});

describe('what TikTok says of a code that is known', () => {
  const entries = [
    ...CATALOGUE.oauth.map(({ code }) => [code, errorFromOAuthFailure] as const),
    ...CATALOGUE.api.map(({ code }) => [code, errorFromApiFailure] as const),
  ];

  it.each(entries)(
    'is not looked through for %s where it is plain, since there is nothing to be found',
    (code, make) => {
      for (const description of [undefined, '', 'hunter2', 'The c4n4ry is invalid.', '"c4n4ry"', 'x'.repeat(2_000)]) {
        const { message } = make({ code, description }, { statusCode: 401 });
        expect(redactText(message)).toBe(message);
        expect(message).toContain(description?.slice(0, 1_000) ?? code);
        expect(message.length).toBeLessThan(1_200);
      }
    },
  );

  it.each(['act.c4n4ry!1.e1', 'the code c4n4ryxyz*1!4608.va', 'client_secret=c4n4ry', 'Bearer c4n4ry'])(
    'is looked through where it is not: %s',
    (description) => {
      expect(errorFromApiFailure({ code: 'access_token_invalid', description }).message).not.toContain('c4n4ry');
      expect(errorFromApiFailure({ code: 'brand_new', description }).message).not.toContain('c4n4ry');
    },
  );

  it.each([{ code: 'act.c4n4ry!1.e1' }, { code: 'client_secret', description: 'c4n4ry9' }])(
    'is looked through where the code is new: %j',
    (failure) => {
      expect(errorFromApiFailure(failure).message).not.toContain('c4n4ry');
    },
  );

  it('leaves nothing unseen that did not come out of our tables', () => {
    const secret = 'act.c4n4ry!1.e1';
    const error = errorFromApiFailure(
      { code: 'access_token_invalid' },
      { operation: secret, logId: secret, resolveUserMessage: () => secret },
    );
    expect(JSON.stringify(error)).not.toContain('c4n4ry');
    expect(error.userMessage).toBe('act.[redacted]');
  });
});
