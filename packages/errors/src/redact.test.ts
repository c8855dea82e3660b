import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';
import { REDACTED } from './redacted.js';
import { TikTokError } from './tiktok-error.js';

const CANARY = 'c4n4ryS3cr3t';

describe('redact by name', () => {
  it('replaces fields whatever their case and wherever they are', () => {
    const value = { user: { access_token: 'x', refreshToken: 'y' }, list: [{ 'Client-Secret': 'z', keep: 1 }] };
    expect(redact(value)).toEqual({
      user: { access_token: REDACTED, refreshToken: REDACTED },
      list: [{ 'Client-Secret': REDACTED, keep: 1 }],
    });
  });

  it('leaves alone what tells of a secret without being one', () => {
    const value = { hasToken: true, token: null, secret: '', token_type: 'Bearer', expires_in: 1, tokenCount: 3 };
    expect(redact(value)).toEqual(value);
  });

  it('replaces a secret of any type', () => {
    const value = { password: 12345, token: { a: 1 }, secret: ['x'], cookie: Buffer.from('x') };
    expect(redact(value)).toEqual({ password: REDACTED, token: REDACTED, secret: REDACTED, cookie: REDACTED });
  });

  it('looks into a list of secrets, and into a set of them', () => {
    expect(redact({ tokens: ['x', 'y'], secrets: 'x', cookies: [{ name: 'sid' }] })).toEqual({
      tokens: [REDACTED, REDACTED],
      secrets: REDACTED,
      cookies: [{ name: 'sid' }],
    });
  });

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

  it('redacts a name that is a secret itself, and shortens one without end', () => {
    const text = JSON.stringify(redact({ [`act.${CANARY}`]: 1, [`${'n'.repeat(5_000)}`]: 2 }));
    expect(text).not.toContain(CANARY);
    expect(text.length).toBeLessThan(500);
  });
});

describe('a field called code', () => {
  it.each([
    'invalid_grant',
    'ECONNRESET',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'P2002',
    '42P01',
    'auth/user-not-found',
    '50001000',
    'AccessDenied',
    'E11000',
    'short',
  ])('keeps the error code %s', (code) => {
    expect(redact({ code })).toEqual({ code });
  });

  it.each([500, -104])('keeps the number %i', (code) => {
    expect(redact({ code })).toEqual({ code });
  });

  it.each([
    { code: 'Zk7xQ2p9LmN4vB8t*0!6410.va' },
    { code: 'Zk7xQ2p9LmN4vB8tZk7xQ2p9' },
    { code: 'short9X', state: 's' },
    { code: 'anything', grant_type: 'authorization_code' },
    { code: 'anything', redirectUri: 'https://app.example/cb' },
    { auth_code: 'anything' },
  ])('hides the authorization code in %j', (value) => {
    expect(JSON.stringify(redact(value))).toContain(REDACTED);
    expect(JSON.stringify(redact(value))).not.toContain(value.code ?? value.auth_code);
  });

  it('keeps an error’s code beside a breaker’s state', () => {
    expect(redact({ code: 'circuit_open', state: 'OPEN' })).toEqual({ code: 'circuit_open', state: 'OPEN' });
  });
});

describe('redact in every kind of object', () => {
  it('Maps, Sets, headers, URLs, parameters and bytes', () => {
    const headers = new Headers({ authorization: CANARY, accept: 'text/plain' });
    const form = new FormData();
    form.set('client_secret', CANARY);
    const value = {
      map: new Map<unknown, unknown>([
        ['client_secret', CANARY],
        ['a', { token: CANARY }],
        [{}, 1],
        [7, 'seven'],
      ]),
      set: new Set([`rft.${CANARY}`, 1]),
      headers,
      form,
      url: new URL(`https://user:${CANARY}@app.example/cb?code=${CANARY}&state=s`),
      callback: new URLSearchParams({ code: CANARY, state: 's' }),
      buffer: Buffer.from(CANARY),
      bytes: new Uint8Array(3),
      view: new DataView(new ArrayBuffer(2)),
      raw: new ArrayBuffer(5),
      when: new Date(0),
      pattern: /act\.c4n4ry/,
    };
    expect(redact(value)).toEqual({
      map: { client_secret: REDACTED, a: { token: REDACTED }, '[object]': 1, '7': 'seven' },
      set: [`rft.${REDACTED}`, 1],
      headers: { accept: 'text/plain', authorization: REDACTED },
      form: { client_secret: REDACTED },
      url: `https://user:${REDACTED}@app.example/cb?code=${REDACTED}&state=s`,
      callback: { code: REDACTED, state: 's' },
      buffer: `[Uint8Array of ${CANARY.length} bytes]`,
      bytes: '[Uint8Array of 3 bytes]',
      view: '[DataView of 2 bytes]',
      raw: '[ArrayBuffer of 5 bytes]',
      when: new Date(0),
      pattern: '/act\\.c4n4ry/',
    });
  });

  it('values that JSON does not know', () => {
    function namedFunction() {}
    expect(redact([10n, 10n ** 200n, Symbol(`act.${CANARY}`), namedFunction, () => 1, undefined, Number.NaN])).toEqual([
      '10',
      '[bigint]',
      `Symbol(act.${REDACTED})`,
      '[function namedFunction]',
      '[function anonymous]',
      undefined,
      Number.NaN,
    ]);
    expect(redact(new String(`act.${CANARY}`))).toBe(`act.${REDACTED}`);
    expect(redact({ [Symbol('token')]: CANARY })).toEqual({});
  });

  it('an object that knows its own JSON, unless that throws', () => {
    class Money {
      toJSON() {
        return { amount: 1, token: CANARY };
      }
    }
    class Same {
      shown = 1;
      toJSON() {
        return this;
      }
    }
    const broken = {
      toJSON() {
        throw new Error('no');
      },
    };
    expect(redact([new Money(), new Same(), broken])).toEqual([
      { amount: 1, token: REDACTED },
      { shown: 1 },
      '[unreadable]',
    ]);
  });
});

describe('redact of errors', () => {
  class HttpFailure extends Error {
    override name = 'HttpFailure';
    constructor(
      message: string,
      readonly request: unknown,
      options?: ErrorOptions,
    ) {
      super(message, options);
    }
  }

  const failure = () =>
    new HttpFailure(`GET /cb?code=${CANARY}`, { headers: { authorization: CANARY } }, { cause: `rft.${CANARY}` });

  it('gives a plain object with the stack, the fields and the causes', () => {
    const result = redact(failure());
    expect(result).toEqual({
      name: 'HttpFailure',
      message: `GET /cb?code=${REDACTED}`,
      request: { headers: { authorization: REDACTED } },
      stack: expect.stringMatching(/^HttpFailure: GET \/cb\?code=\[redacted\]\n {4}at /),
      cause: `rft.${REDACTED}`,
    });
    expect(JSON.stringify(result)).not.toContain(CANARY);
  });

  it('gives all errors of an AggregateError, and one that names itself', () => {
    const error = new AggregateError([failure(), 'x'], 'all failed');
    expect(redact(error)).toMatchObject({ message: 'all failed', errors: [{ name: 'HttpFailure' }, 'x'] });
    expect(redact(new DOMException('too late', 'TimeoutError'))).toMatchObject({
      name: 'TimeoutError',
      message: 'too late',
    });
  });

  it('keeps them errors of their class when asked, for inspect', () => {
    const result = redact({ failure: failure() }, { keepErrors: true });
    expect(result).toMatchObject({ failure: expect.any(HttpFailure) });
    const text = inspect(result, { depth: 5 });
    expect(text).toContain(`failure: HttpFailure: GET /cb?code=${REDACTED}\n`);
    expect(text).toContain(`authorization: '${REDACTED}'`);
    expect(text).toContain(`[cause]: 'rft.${REDACTED}'`);
    expect(JSON.stringify(result)).toContain(REDACTED);
    expect(text + JSON.stringify(result)).not.toContain(CANARY);
  });

  it('lets no line break of a message forge a line of a kept error', () => {
    const error = new Error('a\n[2025] [TikTok] [ERROR] forged\u001b[2J');
    const text = inspect(redact({ error }, { keepErrors: true }));
    expect(text).toContain('a\\n[2025] [TikTok] [ERROR] forged\\u001b[2J');
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').filter((line) => line.includes('forged'))).toHaveLength(1);
  });

  it('does not believe what a foreign class would print of itself', () => {
    class Chatty extends Error {
      #secret = CANARY;
      [inspect.custom]() {
        return `Chatty ${this.#secret}`;
      }
      toJSON() {
        return this.#secret;
      }
    }
    const kept = redact(new Chatty('m'), { keepErrors: true });
    expect(inspect(kept) + JSON.stringify(kept) + JSON.stringify(redact(new Chatty('m')))).not.toContain(CANARY);
  });

  it('leaves an error of ours as it is when errors are kept: it prints itself', () => {
    const error = new TikTokError('m', { type: 'API_ERROR' });
    expect(redact(error, { keepErrors: true })).toBe(error);
    expect(redact(error)).toEqual(error.toJSON());
  });
});

describe('hostile values', () => {
  const throws = () => {
    throw new Error('no');
  };

  it('are said to be unreadable', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const value = {
      get bad() {
        return throws();
      },
      proxy: new Proxy({}, { ownKeys: throws }),
      deceitful: new Proxy({ a: 1 }, { getPrototypeOf: throws }),
      revoked: revoked.proxy,
      error: Object.defineProperty(new Error('m'), 'message', { get: throws }),
      invalid: new Date(Number.NaN),
      nothing: Object.create(null),
    };
    expect(redact(value)).toMatchObject({
      bad: '[unreadable]',
      proxy: '[unreadable]',
      deceitful: '[unreadable]',
      revoked: '[unreadable]',
      error: { name: 'Error', message: '[unreadable]' },
      nothing: {},
    });
  });

  it('circles, deep nesting and a field called __proto__', () => {
    const value: Record<string, unknown> = { proto: JSON.parse('{"__proto__":{"token":"x"}}') };
    value.self = value;
    let deep: unknown = 'end';
    for (let i = 0; i < 100; i++) deep = { deep };
    value.deep = deep;
    const error: Error & { self?: unknown } = new Error('m');
    error.self = error;
    error.cause = error;
    value.error = error;
    const result = redact(value);
    expect(result).toMatchObject({ self: '[circular]', error: { self: '[circular]', cause: '[circular]' } });
    expect(JSON.stringify(result)).toContain('[too deep]');
    expect(JSON.stringify(result)).toContain(`"__proto__":{"token":"${REDACTED}"}`);
  });

  it('leave the original alone, and are copied each time they stand somewhere', () => {
    const shared = { password: 'p' };
    expect(redact({ first: shared, second: shared })).toEqual({
      first: { password: REDACTED },
      second: { password: REDACTED },
    });
    expect(shared.password).toBe('p');
  });

  let widest: unknown = 'leaf';
  for (let level = 0; level < 11; level++) widest = { a: widest, b: widest, c: widest };
  it.each<[string, unknown]>([
    ['a text of 10 MB', 'x'.repeat(10_000_000)],
    ['many texts', Array.from({ length: 900 }, () => 'x'.repeat(9_000))],
    ['a list of a million', Array.from({ length: 1_000_000 }, (_item, index) => index)],
    ['a list with a billion holes', new Array(1_000_000_000)],
    [
      'an object of many fields',
      Object.fromEntries(Array.from({ length: 100_000 }, (_item, index) => [`k${index}`, 1])),
    ],
    [
      'long names',
      Object.fromEntries(Array.from({ length: 900 }, (_item, index) => [`${index}${'k'.repeat(5_000)}`, 1])),
    ],
    ['a Map of many', new Map(Array.from({ length: 100_000 }, (_item, index) => [index, index]))],
    ['a Set of many', new Set(Array.from({ length: 100_000 }, (_item, index) => index))],
    ['three to the eleventh', widest],
    ['a long chain of causes', Array.from({ length: 500 }).reduce((cause) => new Error('m', { cause }), undefined)],
  ])('are bounded: %s', (_name, value) => {
    const text = JSON.stringify(redact({ value }));
    expect(text.length).toBeLessThan(300_000);
    expect(text).toMatch(/more\]|more characters\]|too deep/);
  });

  it('a secret on the edge of what is kept is not cut in half', () => {
    for (let shift = 0; shift < 60; shift++) {
      const text = `${'x '.repeat(5_000 - shift)}${CANARY}abcdefgh*0!6410.va and more ${'y '.repeat(3_000)}`;
      expect(redact(text)).not.toContain(CANARY);
    }
  });
});

it('lets no planted token through, whatever the nesting', () => {
  const planted = fc.constantFrom<unknown>(
    `rft.${CANARY}`,
    `Bearer ${CANARY}`,
    `x client_secret=${CANARY}&y`,
    new Error(`act.${CANARY}`),
    new Error('m', { cause: { accessToken: CANARY } }),
    { accessToken: CANARY },
    { code: CANARY, grant_type: 'authorization_code' },
    ['refresh_token', CANARY],
    new Map([['client_secret', CANARY]]),
    new Set([`clt.${CANARY}`]),
    new URL(`https://app.example/cb?code=${CANARY}`),
    new URLSearchParams({ refresh_token: CANARY }),
    new Headers({ authorization: `Bearer ${CANARY}` }),
    Buffer.from(`act.${CANARY}`),
    new String(`act.${CANARY}`),
    JSON.stringify({ client_secret: CANARY }),
    new TikTokError(`act.${CANARY}`, { type: 'API_ERROR', cause: new Error(`rft.${CANARY}`) }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium' },
      planted,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
      fc.array(tie('tree')).map((items) => new Set(items)),
      fc.array(fc.tuple(fc.string(), tie('tree'))).map((entries) => new Map(entries)),
      fc.tuple(fc.string(), tie('tree')).map(([message, cause]) => new Error(message, { cause })),
      fc.array(tie('tree')).map((errors) => new AggregateError(errors)),
      tie('tree').map((inner) => JSON.stringify(inner, (_key, item) => (typeof item === 'bigint' ? 0 : item)) ?? ''),
      tie('tree').map((inner) => ({ toJSON: () => inner })),
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      // Must be JSON at once: no bigint, no circle.
      expect(JSON.stringify(redact(value)) ?? '').not.toContain(CANARY);
      expect(inspect(redact(value, { keepErrors: true }), { depth: 20, showHidden: true })).not.toContain(CANARY);
    }),
    { numRuns: 100 },
  );
}, 30_000);
