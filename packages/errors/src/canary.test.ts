import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as publicDoor from './index.js';
import {
  circuitOpenError,
  createUserMessages,
  errorFromApiFailure,
  errorFromBody,
  errorFromFailReason,
  errorFromJSON,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  errorFromUploadStatus,
  isCorrelationId,
  isPlainField,
  isPlainText,
  isSecretField,
  networkError,
  redact,
  redactText,
  storeError,
  TikTokError,
  type TikTokErrorOptions,
  timeoutError,
  validationError,
} from './index.js';

const CANARY = 'c4n4ryS3cr3t9';

/** The shapes in which a secret comes. */
const secrets = {
  'an access token': `act.${CANARY}!4521.e1`,
  'a refresh token': `rft.${CANARY}!4521.e1`,
  'a client token': `clt.${CANARY}`,
  'a bearer header': `Authorization: Bearer ${CANARY}`,
  'a form': `client_key=aw&client_secret=${CANARY}&grant_type=refresh_token`,
  'a callback': `https://app.example/cb?code=${CANARY}&state=s`,
  'an encoded callback': `to=https%3A%2F%2Fapp%2Fcb%3Fcode%3D${CANARY}%26state%3Ds`,
  'an authorization code': `${CANARY}abc*0!6410.va`,
  'JSON in JSON': JSON.stringify({ body: JSON.stringify({ refresh_token: CANARY }) }),
  'a verifier': `code_verifier: '${CANARY}'`,
};

function foreignError(secret: string): Error {
  const error = Object.assign(new Error(secret, { cause: new TypeError(secret) }), {
    config: { headers: new Headers({ authorization: `Bearer ${CANARY}` }), data: secret },
    request: new Map<string, unknown>([
      ['client_secret', CANARY],
      ['url', new URL(`https://app.example/cb?code=${CANARY}`)],
    ]),
    [secret]: 'a name',
    body: Buffer.from(secret),
    get token() {
      return CANARY;
    },
  });
  error.stack = `${error.stack}\n    at ${secret}`;
  return error;
}

/** Every way into this package, with the secret in every place that takes a text or a value. */
const doors: Record<string, (secret: string) => unknown> = {
  TikTokError: (secret) => {
    const texts = ['code', 'correlationId', 'userMessage', 'hint', 'logId', 'operation', 'docsUrl'];
    const options = Object.fromEntries(texts.map((name) => [name, secret]));
    return new TikTokError(secret, { type: 'API_ERROR', ...options, cause: foreignError(secret) });
  },
  'a resolver': (secret) => new TikTokError('m', { type: 'API_ERROR', resolveUserMessage: () => secret }),
  'a cause of several': (secret) =>
    new TikTokError('m', { type: 'API_ERROR', cause: new AggregateError([foreignError(secret), secret], secret) }),
  'a cause that is a text': (secret) => new TikTokError('m', { type: 'API_ERROR', cause: secret }),
  'a chain': (secret) =>
    storeError('m', { cause: networkError(validationError(secret, { cause: foreignError(secret) })) }),
  errorFromOAuthFailure: (secret) =>
    errorFromOAuthFailure({ code: secret, description: secret }, { logId: secret, operation: secret, cause: secret }),
  errorFromApiFailure: (secret) => errorFromApiFailure({ code: 'invalid_params', description: secret }),
  errorFromFailReason: (secret) => errorFromFailReason(secret),
  errorFromUploadStatus: (secret) => errorFromUploadStatus(403, { cause: foreignError(secret), operation: secret }),
  errorFromUnreadableAnswer: (secret) => errorFromUnreadableAnswer(secret),
  errorFromBody: (secret) => errorFromBody({ error: secret, error_description: secret, log_id: secret }),
  'errorFromBody of an envelope': (secret) => errorFromBody({ error: { code: { secret }, message: secret } }),
  networkError: (secret) => networkError(Object.assign(foreignError(secret), { code: secret })),
  timeoutError: (secret) => timeoutError(secret, 1, { operation: secret }),
  circuitOpenError: (secret) => circuitOpenError(1, { operation: secret, correlationId: secret }),
  storeError: (secret) => storeError(secret, { code: secret, hint: secret, cause: foreignError(secret) }),
  validationError: (secret) => validationError(secret, { userMessage: secret }),
  errorFromJSON: (secret) =>
    errorFromJSON({
      name: 'TikTokError',
      message: secret,
      type: 'API_ERROR',
      stack: secret,
      cause: { message: secret, stack: secret },
    }),
  redact: (secret) => redact({ deep: [new Set([secret]), foreignError(secret), { access_token: CANARY }] }),
  'redact with errors kept': (secret) => redact([foreignError(secret)], { keepErrors: true }),
  redactText: (secret) => redactText(`before ${secret} after`),
  // What is refused names what it got.
  'a wrong option': (secret) =>
    new TikTokError('m', { type: 'API_ERROR', statusCode: secret, hint: [secret] } as unknown as TikTokErrorOptions),
  'a wrong type': (secret) => new TikTokError('m', { type: secret } as unknown as TikTokErrorOptions),
  'a wrong message': (secret) => new TikTokError([secret] as unknown as string, { type: 'API_ERROR' }),
  'wrong messages': (secret) => createUserMessages({ codes: { x: [secret] as unknown as string } }),
  'a wrong name of messages': (secret) => createUserMessages({ types: { [secret]: 'x' } }),
  'wrong JSON': (secret) => errorFromJSON({ name: secret }),
  'no correlation id': (secret) => isCorrelationId(secret),
  'no plain text': (secret) => isPlainText(secret),
  'no plain field': (secret) => isPlainField(secret),
};

/** What became of an error after it was made; only what it prints of itself can know of that. */
const later: Record<string, (secret: string) => unknown> = {
  'a field hung on later': (secret) => Object.assign(new TikTokError('m', { type: 'API_ERROR' }), { note: [secret] }),
  'a message changed later': (secret) =>
    Object.assign(new TikTokError('m', { type: 'API_ERROR' }), { message: secret }),
  'a hint changed later': (secret) =>
    Object.assign(new TikTokError('m', { type: 'API_ERROR' }), { hint: secret, operation: [secret], docsUrl: secret }),
  'a stack changed later': (secret) => Object.assign(new TikTokError('m', { type: 'API_ERROR' }), { stack: secret }),
};

describe.each(Object.entries(secrets))('%s', (_name, secret) => {
  it.each(Object.entries(doors))('does not come out of %s', (_door, enter) => {
    let value: unknown;
    try {
      value = enter(secret);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      value = error;
    }
    for (const text of everythingReadFrom(value)) expect(text).not.toContain(CANARY);
  });

  it.each(Object.entries(later))('is not printed with %s', (_what, enter) => {
    const value = enter(secret);
    expect(JSON.stringify(value) + inspect(value) + inspect([{ value }], { colors: true })).not.toContain(CANARY);
  });
});

it('every door is tried', () => {
  const data = ['CATALOGUE', 'REDACTED', 'TikTokErrorType', 'createCorrelationId', 'escapeControls'];
  const tried = Object.values(doors).map(String).join('\n') + isSecretField.name;
  for (const name of Object.keys(publicDoor).filter((name) => !data.includes(name))) expect(tried).toContain(name);
});

/** What any printer could make of a value. */
function everythingReadFrom(value: unknown): string[] {
  const printed = [
    String(value),
    `${JSON.stringify(value)}`,
    inspect(value, { depth: 12 }),
    inspect({ nested: [value] }, { depth: 12, colors: true, compact: false }),
    // Without our own say in it, which is how Node prints an error that nobody caught.
    inspect(value, { depth: 12, customInspect: false, showHidden: true, getters: true }),
  ];
  if (!(value instanceof Error)) return printed;
  const below = value instanceof AggregateError ? [value.cause, ...value.errors] : [value.cause];
  return [
    ...printed,
    inspect(structuredClone(value)),
    String(value.stack),
    value.message,
    ...Object.entries(value).flat().map(String),
    ...below.filter((cause) => cause !== undefined).flatMap(everythingReadFrom),
  ];
}
