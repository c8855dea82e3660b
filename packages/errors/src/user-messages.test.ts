import { describe, expect, it } from 'vitest';
import { errorFromOAuthFailure } from './from-answer.js';
import { TikTokError } from './tiktok-error.js';
import { createUserMessages } from './user-messages.js';

const german = createUserMessages({
  types: { TOKEN_EXPIRED: 'Abgelaufen.', AUTH_ERROR: 'Bitte anmelden.' },
  codes: { access_denied: 'Abgelehnt.' },
});

describe('createUserMessages', () => {
  it('is asked by code first, then by type, and leaves what it does not know in English', () => {
    expect(errorFromOAuthFailure({ code: 'access_denied' }).translate(german)).toBe('Abgelehnt.');
    expect(errorFromOAuthFailure({ code: 'invalid_grant' }).translate(german)).toBe('Abgelaufen.');
    expect(new TikTokError('m', { type: 'AUTH_ERROR' }).translate(german)).toBe('Bitte anmelden.');
    const unknown = new TikTokError('m', { type: 'SERVER_ERROR' });
    expect(unknown.translate(german)).toBe(unknown.userMessage);
  });

  it('can be given where the error is made', () => {
    const error = errorFromOAuthFailure({ code: 'invalid_grant' }, { resolveUserMessage: german });
    expect(error.userMessage).toBe('Abgelaufen.');
    expect(JSON.stringify(error)).toContain('Abgelaufen.');
  });

  it('is not changed by what becomes of the table', () => {
    const types = { AUTH_ERROR: 'a' };
    const resolver = createUserMessages({ types });
    types.AUTH_ERROR = 'b';
    expect(resolver({ type: 'AUTH_ERROR', code: undefined })).toBe('a');
  });

  it('does not find a message by the name of an object’s own method', () => {
    expect(german({ type: 'API_ERROR', code: 'constructor' })).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [undefined, 'createUserMessages: messages is undefined; expected { codes?, types? }'],
    [{ codes: 'x' }, 'createUserMessages: messages.codes is "x"; expected an object of messages'],
    [{ codes: { a: 1 } }, 'createUserMessages: messages.codes.a is 1; expected a text'],
    [
      { types: { TOKEN_EXPIRE: 'x' } },
      'createUserMessages: messages.types has "TOKEN_EXPIRE"; expected only NETWORK_ERROR,',
    ],
    [{ types: { AUTH_ERROR: '' } }, 'createUserMessages: messages.types.AUTH_ERROR is ""; expected a text'],
    [{ type: {} }, 'createUserMessages: messages.type is no option; expected codes or types'],
  ])('refuses %j by name', (messages, complaint) => {
    expect(() => createUserMessages(messages as object)).toThrow(TypeError);
    expect(() => createUserMessages(messages as object)).toThrow(complaint);
  });
});

describe('a resolver of one’s own', () => {
  const error = errorFromOAuthFailure({ code: 'invalid_grant' });

  it('that throws, or gives nothing, does not hide the error', () => {
    const throws = () => {
      throw new Error('no translation');
    };
    for (const resolver of [throws, () => undefined, () => '', () => 42 as unknown as string]) {
      expect(error.translate(resolver)).toBe(error.userMessage);
      expect(errorFromOAuthFailure({ code: 'invalid_grant' }, { resolveUserMessage: resolver }).userMessage).toBe(
        error.userMessage,
      );
    }
  });
});
