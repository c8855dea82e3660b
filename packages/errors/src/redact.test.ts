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
    expect(redact({ tokens: ['x', 'y'], API_KEYS: ['x'], secrets: 'x', cookies: [{ name: 'sid' }] })).toEqual({
      tokens: [REDACTED, REDACTED],
      API_KEYS: [REDACTED],
      secrets: REDACTED,
      cookies: [{ name: 'sid' }],
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

  it('keeps a code that TikTok has documented, whatever stands beside it', () => {
    const request = { code: 'invalid_grant', grant_type: 'authorization_code', state: 's' };
    expect(redact(request)).toEqual(request);
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
