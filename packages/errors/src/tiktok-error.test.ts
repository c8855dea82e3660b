import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';
import { TikTokErrorType, TYPE_TRAITS } from './tiktok-error-type.js';

const CANARY = 'c4n4ryS3cr3t';

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
  timestamp: new Date(0),
  cause: new Error('below'),
} as const;

describe('TikTokError', () => {
  it('has the traits of its type where nothing more is said', () => {
    const error = new TikTokError('refused', { type: TikTokErrorType.TOKEN_EXPIRED });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('TikTokError');
    expect(error.constructor.name).toBe('TikTokError');
    expect(error).toMatchObject({ message: 'refused', ...TYPE_TRAITS.TOKEN_EXPIRED, outcomeUnknown: false });
    expect(error.timestamp).toBeInstanceOf(Date);
    expect(error.correlationId).toMatch(/^tt-\d+-/);
    expect('statusCode' in error).toBe(false);
    expect('cause' in error).toBe(false);
  });

  it('keeps what it is told', () => {
    expect(new TikTokError('m', told)).toMatchObject(told);
  });

  it('can be extended', () => {
    class Refined extends TikTokError {
      override name = 'Refined';
    }
    const error = new Refined('m', { type: 'API_ERROR' });
    expect(error).toBeInstanceOf(TikTokError);
    expect(TikTokError.isInstance(error)).toBe(true);
    expect(inspect(error)).toMatch(/^Refined: m\n/);
  });

  it('has a complete, polite answer for every type', () => {
    for (const type of Object.values(TikTokErrorType)) {
      const { userMessage } = new TikTokError('m', { type });
      expect(userMessage).toMatch(/^[A-Z].*\.$/);
      expect(userMessage).not.toMatch(/token|OAuth|API|scope|HTTP|circuit/i);
    }
  });

  it('replaces a correlation id that is not allowed, or is a token', () => {
    for (const correlationId of ['evil\nline', '', 'x'.repeat(65), `act.${CANARY}`]) {
      expect(new TikTokError('m', { type: 'API_ERROR', correlationId }).correlationId).toMatch(/^tt-\d+-/);
    }
  });
});

describe('a wrong option is refused by name', () => {
  it.each<[Partial<Record<keyof TikTokErrorOptions, unknown>>, string]>([
    [{ type: 'NOPE' }, 'TikTokError: options.type is "NOPE"; expected one of NETWORK_ERROR, TIMEOUT_ERROR,'],
    [{ type: undefined }, 'options.type is undefined; expected one of'],
    [{ type: 'constructor' }, 'options.type is "constructor"; expected one of'],
    [{ code: 42 }, 'options.code is 42; expected a text'],
    [{ userMessage: null }, 'options.userMessage is null; expected a text'],
    [{ resolveUserMessage: 'de' }, 'options.resolveUserMessage is "de"; expected a function'],
    [{ retryable: 'yes' }, 'options.retryable is "yes"; expected true or false'],
    [{ audience: 'nobody' }, 'options.audience is "nobody"; expected one of user, developer, operator, tiktok'],
    [{ hint: {} }, 'options.hint is {}; expected a text'],
    [{ statusCode: '200' }, 'options.statusCode is "200"; expected an HTTP status'],
    [{ statusCode: 20 }, 'options.statusCode is 20; expected an HTTP status'],
    [{ logId: 7n }, 'options.logId is "7"; expected a text'],
    [{ retryAfterMs: -1 }, 'options.retryAfterMs is -1; expected a number of milliseconds, 0 or more'],
    [{ retryAfterMs: Number.NaN }, 'options.retryAfterMs is NaN; expected a number of milliseconds, 0 or more'],
    [{ operation: [] }, 'options.operation is []; expected a text'],
    [{ docsUrl: new URL('https://x.y') }, 'options.docsUrl is "https://x.y/"; expected a text'],
    [{ outcomeUnknown: 1 }, 'options.outcomeUnknown is 1; expected true or false'],
    [{ timestamp: 0 }, 'options.timestamp is 0; expected a valid Date'],
    [{ timestamp: new Date(Number.NaN) }, 'options.timestamp is null; expected a valid Date'],
  ])('%#', (options, complaint) => {
    const make = () => new TikTokError('m', { type: 'API_ERROR', ...options } as TikTokErrorOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(complaint);
  });

  it('the message and the options themselves', () => {
    expect(() => new TikTokError(42 as unknown as string, told)).toThrow('TikTokError: message is 42; expected a text');
    expect(() => new TikTokError('m', undefined as unknown as TikTokErrorOptions)).toThrow(
      'TikTokError: options is undefined; expected an object with at least a type',
    );
  });

  it('does not give away a secret that was passed in the wrong place', () => {
    const make = () =>
      new TikTokError('m', { type: 'API_ERROR', statusCode: `act.${CANARY}` } as unknown as TikTokErrorOptions);
    expect(make).toThrow('options.statusCode is "act.[redacted]"');
  });
});

describe('isInstance', () => {
  it('knows ours and those of another copy, and nothing else', () => {
    class OtherCopy extends Error {
      get [Symbol.for('@tt/errors.TikTokError')]() {
        return true;
      }
    }
    expect(TikTokError.isInstance(new OtherCopy())).toBe(true);
    expect(TikTokError.isInstance(new TikTokError('m', { type: 'API_ERROR' }))).toBe(true);
    for (const other of [new Error('m'), null, undefined, 'TikTokError', {}, { name: 'TikTokError' }]) {
      expect(TikTokError.isInstance(other)).toBe(false);
    }
  });
});

describe('the cause', () => {
  const make = (cause: unknown) => new TikTokError('m', { type: 'API_ERROR', cause });

  it.each([new Error('clean'), { any: 'thing' }, 'text', 42, null, make(new Error('x'))])(
    'is the very value where it holds no secret: %s',
    (cause) => {
      expect(make(cause).cause).toBe(cause);
    },
  );

  it('is a redacted error of the same class where it does, whoever reads it', () => {
    class HttpFailure extends Error {
      constructor(
        message: string,
        readonly headers: Record<string, string>,
      ) {
        super(message);
      }
    }
    const raw = new HttpFailure(`refused act.${CANARY}`, { authorization: CANARY, accept: 'text/html' });
    const { cause } = make(new Error('between', { cause: raw }));
    const read = (cause as Error).cause as HttpFailure;
    expect(read).toBeInstanceOf(HttpFailure);
    expect(read.message).toBe('refused act.[redacted]');
    expect(read.stack).toContain('Error: refused act.[redacted]\n    at ');
    expect(read.headers).toEqual({ authorization: '[redacted]', accept: 'text/html' });
    expect(raw.message).toContain(CANARY);
  });

  it('is looked through again each time: a secret can be added later', () => {
    const raw: Error & { token?: string } = new Error('clean');
    const error = make(raw);
    expect(error.cause).toBe(raw);
    raw.token = CANARY;
    expect(error.cause).toMatchObject({ token: '[redacted]' });
  });

  it('that is too large to be looked through is copied as far as it was', () => {
    const raw = Object.assign(new Error('m'), { list: Array.from({ length: 10_000 }, (_item, index) => index) });
    const { cause } = make(raw);
    expect(cause).not.toBe(raw);
    expect(JSON.stringify(cause)).toContain('[9000 more]');
  });

  it('can be replaced, as on any error', () => {
    const error: { cause?: unknown } = make(new Error('first'));
    error.cause = `rft.${CANARY}`;
    expect(error.cause).toBe('rft.[redacted]');
  });

  it('a hostile one breaks nothing', () => {
    const hostile = new Proxy(new Error('m'), {
      get() {
        throw new Error('no');
      },
    });
    const error = make(hostile);
    expect(() => [error.cause, JSON.stringify(error), inspect(error), String(error)]).not.toThrow();
  });
});

describe('printing', () => {
  const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
  const error = new TikTokError('TikTok could not be reached', { ...told, cause });
  const withoutFrames = (text: string): string => text.replace(/\n +(?:at |\.\.\. \d+ lines).*?( \{)?$/gm, '$1');

  it('shows stack, fields and causes as Node shows them', () => {
    expect(withoutFrames(inspect(error))).toBe(`TikTokError: TikTok could not be reached {
  type: 'RATE_LIMIT_ERROR',
  code: 'rate_limit_exceeded',
  correlationId: 'id-1',
  operation: 'user.info',
  statusCode: 429,
  logId: 'L1',
  retryable: false,
  retryAfterMs: 60000,
  audience: 'developer',
  userMessage: 'slow down',
  hint: 'look',
  docsUrl: 'https://developers.tiktok.com/',
  outcomeUnknown: true,
  timestamp: 1970-01-01T00:00:00.000Z,
  [cause]: Error: connect refused {
    code: 'ECONNREFUSED'
  }
}`);
    expect(inspect(error)).toMatch(/^TikTokError: TikTok could not be reached\n {4}at /);
  });

  it('indents with the object it stands in, and ends where the depth ends', () => {
    expect(inspect({ a: { error } })).toMatch(
      /\n {4}error: TikTokError: .*\n {8}at [\s\S]*\n {6}type: 'RATE_LIMIT_ERROR',\n/,
    );
    expect(inspect({ a: { b: { c: error } } })).toContain('c: [TikTokError: TikTok could not be reached]');
    expect(inspect(error, { depth: 0 })).toContain('[cause]: [Error]');
  });

  it('colours as asked', () => {
    expect(inspect(error, { colors: true })).toContain("type: \u001b[32m'RATE_LIMIT_ERROR'\u001b[39m");
    expect(inspect(error)).not.toContain('\u001b');
  });

  it('shows what was hung on it later, redacted', () => {
    const tagged = Object.assign(new TikTokError('m', { type: 'API_ERROR' }), { request: { token: CANARY } });
    expect(inspect(tagged)).toContain("request: { token: '[redacted]' }");
    expect(JSON.stringify(tagged)).toContain('"request":{"token":"[redacted]"}');
  });

  it('shows a chain of our own, and of several', () => {
    const outer = new TikTokError('outer', { type: 'API_ERROR', cause: new AggregateError([error], 'all failed') });
    const text = inspect(outer, { depth: 5 });
    expect(text).toMatch(/\[cause\]: AggregateError: all failed/);
    expect(text).toMatch(/\[errors\]: \[\n +TikTokError: TikTok could not be reached/);
  });

  it('as JSON has name, message, fields, stack and causes, in the order in which they are read', () => {
    expect(Object.keys(JSON.parse(JSON.stringify(error)))).toEqual(
      `name message type code correlationId operation statusCode logId retryable retryAfterMs audience userMessage hint docsUrl outcomeUnknown timestamp stack cause`.split(
        ' ',
      ),
    );
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      timestamp: '1970-01-01T00:00:00.000Z',
      cause: { name: 'Error', message: 'connect refused', code: 'ECONNREFUSED', stack: expect.stringContaining('at ') },
    });
  });

  it('survives structuredClone as an Error; as toJSON gives it, with everything', () => {
    const clone = structuredClone(error);
    expect(clone).toBeInstanceOf(Error);
    expect(clone.message).toBe('TikTok could not be reached');
    expect(clone.stack).toBe(error.stack);
    expect(structuredClone(error.toJSON())).toEqual(error.toJSON());
  });

  it('can be cloned whatever its cause is', () => {
    const uncloneable = Object.assign(new Error(`act.${CANARY}`), { retry: () => 1 });
    const failed = new TikTokError('m', { type: 'API_ERROR', cause: uncloneable });
    expect(inspect(structuredClone(failed))).not.toContain(CANARY);
    expect(structuredClone(failed.toJSON())).toMatchObject({ cause: { message: 'act.[redacted]' } });
  });
});

it('shows no secret in any text it was given, however it is read or printed', () => {
  const secret = `rft.${CANARY}`;
  const cause = Object.assign(new Error(`low ${secret}`), { request: { client_secret: CANARY } });
  cause.stack = `Error: low ${secret}\n    at somewhere`;
  const error = new TikTokError(`refused ${secret}`, {
    type: 'API_ERROR',
    code: secret,
    correlationId: secret,
    userMessage: `please ${secret}`,
    hint: `?code=${CANARY}`,
    logId: secret,
    operation: `client_secret=${CANARY}`,
    docsUrl: `https://x.y/?access_token=${CANARY}`,
    cause: new AggregateError([cause], secret, { cause: { deep: [new Map([['token', CANARY]])] } }),
  });
  const fields = Object.values(error).map(String);
  const below = error.cause as AggregateError;
  const read = [error.message, error.stack, below.message, below.stack, below.errors[0].stack, below.errors[0].message];
  const printed = [
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 10 }),
    inspect(error, { depth: 10, customInspect: false, getters: true, showHidden: true }),
    inspect(below, { depth: 10, customInspect: false }),
    JSON.stringify(below),
    inspect(structuredClone(error)),
  ];
  for (const text of [...fields, ...read, ...printed]) expect(text).not.toContain(CANARY);
  expect(error.message).toBe('refused rft.[redacted]');
});
