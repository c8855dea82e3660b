import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TikTokError } from './tiktok-error.js';
import { TikTokErrorType, TYPE_TRAITS } from './tiktok-error-type.js';

const SECRET = 'act.c4n4ry!1234.e1';

describe('TikTokError', () => {
  it('has the traits of its type where nothing more is said', () => {
    const error = new TikTokError('refused', { type: TikTokErrorType.TOKEN_EXPIRED });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('TikTokError');
    expect(error).toMatchObject({ message: 'refused', ...TYPE_TRAITS.TOKEN_EXPIRED, outcomeUnknown: false });
    expect(error.timestamp).toBeInstanceOf(Date);
    expect(error.correlationId).toMatch(/^tt-\d+-/);
    expect('statusCode' in error).toBe(false);
    expect('cause' in error).toBe(false);
  });

  it('keeps what it is told', () => {
    const told = {
      type: TikTokErrorType.RATE_LIMIT_ERROR,
      code: 'rate_limit_exceeded',
      correlationId: 'id-1',
      userMessage: 'slow down',
      retryable: false,
      audience: 'developer',
      hint: 'look',
      statusCode: 429,
      logId: 'L1',
      retryAfterMs: 60_000,
      operation: 'user.info',
      docsUrl: 'https://developers.tiktok.com/',
      outcomeUnknown: true,
      cause: new Error('below'),
    } as const;
    expect(new TikTokError('m', told)).toMatchObject(told);
  });

  it('has a complete, polite answer for every type', () => {
    for (const type of Object.values(TikTokErrorType)) {
      const { userMessage } = new TikTokError('m', { type });
      expect(userMessage).toMatch(/^[A-Z].*\.$/);
      expect(userMessage).not.toMatch(/token|OAuth|API|scope|HTTP|circuit/i);
    }
  });

  it('refuses a type that does not exist, by name', () => {
    expect(() => new TikTokError('m', { type: 'NOPE' as TikTokErrorType })).toThrow(
      /options\.type is "NOPE"; expected one of NETWORK_ERROR/,
    );
  });

  it('is known across two installed copies', () => {
    class OtherCopy extends Error {
      get [Symbol.for('@tt/errors.TikTokError')]() {
        return true;
      }
    }
    expect(TikTokError.isInstance(new OtherCopy())).toBe(true);
    expect(TikTokError.isInstance(new TikTokError('m', { type: 'API_ERROR' }))).toBe(true);
    for (const other of [new Error('m'), null, undefined, 'TikTokError', {}]) {
      expect(TikTokError.isInstance(other)).toBe(false);
    }
  });

  it('shows no secret in message, JSON, inspect or stack, nor of its causes', () => {
    const cause = Object.assign(new Error(`low ${SECRET}`), { request: { client_secret: 'c4n4ry' } });
    const error = new TikTokError(`refused ${SECRET}`, { type: 'API_ERROR', cause });
    for (const text of [error.message, String(error), error.stack, JSON.stringify(error), inspect(error)]) {
      expect(text).not.toContain('c4n4ry');
      expect(text).toContain('refused');
    }
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ cause: { message: 'low act.[redacted]' } });
  });
});
