import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignInCookie, type SignInCookieOptions } from './sign-in-cookie.js';
import { REDIRECT_URI as LOOPBACK_URI, startEmulatedTikTok } from './test-support/emulated-tiktok.js';
import { createTokenCipher } from './token-cipher.js';

const KEY = { id: 'k1', secret: randomBytes(32) };
const STATE = 'a1'.repeat(32);
const VERIFIER = 'v'.repeat(64);
const REDIRECT_URI = 'https://app.example/auth/tiktok/callback';
const MINUTE = 60_000;

function make(options: Partial<SignInCookieOptions> = {}) {
  return createSignInCookie({ keys: [KEY], redirectUri: REDIRECT_URI, ...options });
}

/** What a browser sends back of a `Set-Cookie`. */
function sentBack(setCookie: string): string {
  return setCookie.split(';', 1)[0] ?? '';
}

const attributesOf = (setCookie: string) => setCookie.split('; ').slice(1).sort();

describe('a sealed sign-in', () => {
  it('comes back as it was sealed', async () => {
    const cookie = make();
    const setCookie = cookie.seal({ state: STATE, codeVerifier: VERIFIER, returnTo: '/videos?page=2' });
    const opened = await cookie.open(sentBack(setCookie));
    expect(opened).toEqual({ state: STATE, codeVerifier: VERIFIER, returnTo: '/videos?page=2', clear: opened.clear });
  });

  it('comes back without what was not given, and returns to the root', async () => {
    const cookie = make();
    const opened = await cookie.open(sentBack(cookie.seal({ state: STATE })));
    expect(opened).toEqual({ state: STATE, returnTo: '/', clear: opened.clear });
  });

  it('is found among other cookies, by its whole name', async () => {
    const cookie = make();
    const sent = sentBack(cookie.seal({ state: STATE }));
    const header = `a=b; x__Host-tt-sign-in=no;__Host-tt-sign-in2=no; =; nonsense;${sent}; z="q"`;
    await expect(cookie.open(header)).resolves.toMatchObject({ state: STATE });
  });

  it('shows neither state nor verifier nor return path to who reads the cookie, nor twice the same text', () => {
    const cookie = make();
    const sealed = () => cookie.seal({ state: STATE, codeVerifier: VERIFIER, returnTo: '/secret-page' });
    const text = sealed() + Buffer.from(sealed(), 'base64url').toString('latin1');
    for (const hidden of [STATE, VERIFIER, 'secret-page']) expect(text).not.toContain(hidden);
    expect(sealed()).not.toBe(sealed());
  });

  it('does not print its verifier when it is open (D11)', async () => {
    const cookie = make();
    const opened = await cookie.open(sentBack(cookie.seal({ state: STATE, codeVerifier: VERIFIER })));
    expect(inspect(opened) + JSON.stringify(opened)).not.toContain(VERIFIER);
  });
});

describe('the cookie', () => {
  it('over https is bound to the host and out of reach of scripts', async () => {
    const cookie = make();
    const setCookie = cookie.seal({ state: STATE });
    expect(setCookie).toMatch(/^__Host-tt-sign-in=[\w.-]+; /);
    expect(attributesOf(setCookie)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  it('over http on loopback can do without https', () => {
    const setCookie = make({ redirectUri: 'http://localhost:3000/cb' }).seal({ state: STATE });
    expect(setCookie).toMatch(/^tt-sign-in=/);
    expect(attributesOf(setCookie)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax']);
  });

  it('over https on loopback is as over https anywhere', () => {
    const setCookie = make({ redirectUri: 'https://localhost:3000/cb' }).seal({ state: STATE });
    expect(setCookie).toMatch(/^__Host-tt-sign-in=.*; Secure$/);
  });

  it('can have another name', async () => {
    const cookie = make({ name: 'tiktok' });
    const setCookie = cookie.seal({ state: STATE });
    expect(setCookie).toMatch(/^__Host-tiktok=/);
    await expect(cookie.open(sentBack(setCookie))).resolves.toMatchObject({ state: STATE });
  });

  it.each(['with a sign-in', 'without one'])('is ended by the callback %s', async (which) => {
    const cookie = make();
    const header = which === 'with a sign-in' ? sentBack(cookie.seal({ state: STATE })) : undefined;
    const { clear } = await cookie.open(header);
    expect(clear).toMatch(/^__Host-tt-sign-in=; /);
    expect(attributesOf(clear)).toEqual(['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', 'Secure']);
  });
});

describe('a cookie that holds no sign-in', () => {
  const nothing = { state: undefined, returnTo: '/' };

  it.each([undefined, null, '', 'other=1', '__Host-tt-sign-in'])(
    'because the header is %j is absent',
    async (header) => {
      await expect(make().open(header)).resolves.toMatchObject({ ...nothing, problem: 'absent' });
    },
  );

  it('because it was changed is unreadable, wherever it was changed', async () => {
    const sent = sentBack(make().seal({ state: STATE, codeVerifier: VERIFIER }));
    const start = sent.indexOf('=') + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: sent.length - 1 }),
        fc.integer({ min: 1, max: 7 }),
        async (at, by) => {
          // The last character of a base64url text may carry bits that say nothing; one in the middle always counts.
          fc.pre(at < sent.length - 1);
          const other = String.fromCharCode(sent.charCodeAt(at) ^ by);
          // Another spelling of the same bits, which base64 decoders take for it.
          fc.pre(!(sent[at] === '-' && other === '+'));
          const changed = sent.slice(0, at) + other + sent.slice(at + 1);
          await expect(make().open(changed)).resolves.toMatchObject(nothing);
        },
      ),
    );
  });

  it.each(['', 'x', 'tt1.k1.', 'tt1.k1.AAAA', '"quoted"', 'tt1.k1'])(
    'because it is %j is unreadable',
    async (value) => {
      await expect(make().open(`__Host-tt-sign-in=${value}`)).resolves.toMatchObject({
        ...nothing,
        problem: 'unreadable',
      });
    },
  );

  it('because it was sealed with another secret, or for another app, is unreadable', async () => {
    const sent = sentBack(make().seal({ state: STATE }));
    const others = [{ keys: [{ id: 'k1', secret: randomBytes(32) }] }, { redirectUri: 'https://other.example/cb' }];
    for (const other of others) {
      await expect(make(other).open(sent)).resolves.toMatchObject({ ...nothing, problem: 'unreadable' });
    }
  });

  it('because its text encrypts something else under the same secret is unreadable', async () => {
    const cipher = createTokenCipher({ keys: [KEY] });
    const body = JSON.stringify({ id: '1', state: STATE, returnTo: '/', expiresAt: Date.now() + MINUTE });
    const contexts = [
      { clientKey: 'awkey', userId: REDIRECT_URI, version: '1' },
      { clientKey: 'sign-in cookie', userId: REDIRECT_URI, version: '2' },
    ];
    for (const context of contexts) {
      const header = `__Host-tt-sign-in=${cipher.encrypt(body, context)}`;
      await expect(make().open(header)).resolves.toMatchObject({ ...nothing, problem: 'unreadable' });
    }
  });

  it.each([
    ['no object', '1'],
    ['null', 'null'],
    ['no JSON', '{'],
    ['no state', JSON.stringify({ id: '1', returnTo: '/', expiresAt: 9e15 })],
    [
      'a verifier of another type',
      JSON.stringify({ id: '1', state: STATE, codeVerifier: 1, returnTo: '/', expiresAt: 9e15 }),
    ],
    ['no end', JSON.stringify({ id: '1', state: STATE, returnTo: '/' })],
  ])('because there is %s in it is unreadable', async (_name, body) => {
    const cipher = createTokenCipher({ keys: [KEY] });
    const context = { clientKey: 'sign-in cookie', userId: REDIRECT_URI, version: '1' };
    const header = `__Host-tt-sign-in=${cipher.encrypt(body, context)}`;
    await expect(make().open(header)).resolves.toMatchObject({ ...nothing, problem: 'unreadable' });
  });

  it('because ten minutes are over is expired, and not a millisecond before', async () => {
    let now = 1_000_000;
    const cookie = make({ now: () => now });
    const [early, late] = [cookie.seal({ state: STATE }), cookie.seal({ state: STATE })];
    now += 10 * MINUTE - 1;
    await expect(cookie.open(sentBack(early))).resolves.toMatchObject({ state: STATE });
    now += 1;
    await expect(cookie.open(sentBack(late))).resolves.toMatchObject({ ...nothing, problem: 'expired' });
  });
});

describe('single use (D18)', () => {
  it('a cookie is good for one call, though two come at once', async () => {
    const cookie = make();
    const sent = sentBack(cookie.seal({ state: STATE }));
    const opened = await Promise.all([cookie.open(sent), cookie.open(sent)]);
    expect(opened.map(({ state }) => state)).toEqual([STATE, undefined]);
    await expect(cookie.open(sent)).resolves.toMatchObject({ state: undefined, problem: 'used', returnTo: '/' });
  });

  it('each cookie on its own, though they hold the same', async () => {
    const cookie = make();
    const [one, two] = [cookie.seal({ state: STATE }), cookie.seal({ state: STATE })];
    await expect(cookie.open(sentBack(one))).resolves.toMatchObject({ state: STATE });
    await expect(cookie.open(sentBack(two))).resolves.toMatchObject({ state: STATE });
  });

  it('holds across processes with a `consume` that they share', async () => {
    let now = 1_000_000;
    const used = new Map<string, number>();
    const consume = async (id: string, { ttlMs }: { readonly ttlMs: number }) => {
      if (used.has(id)) return false;
      used.set(id, ttlMs);
      return true;
    };
    const [one, two] = [make({ consume, now: () => now }), make({ consume, now: () => now })];
    const sent = sentBack(one.seal({ state: STATE }));
    now += 4 * MINUTE;
    await expect(two.open(sent)).resolves.toMatchObject({ state: STATE });
    await expect(one.open(sent)).resolves.toMatchObject({ problem: 'used' });
    // For as long as the cookie could still be sent, and no longer.
    expect([...used.values()]).toEqual([6 * MINUTE]);
    const [id = ''] = used.keys();
    expect(sent).not.toContain(id);
  });

  it('asks `consume` for no cookie that is not good anyway', async () => {
    let asked = 0;
    let now = 0;
    const cookie = make({ now: () => now, consume: () => ++asked > 0 });
    const sent = sentBack(cookie.seal({ state: STATE }));
    now += 10 * MINUTE;
    for (const header of [sent, '__Host-tt-sign-in=x', undefined]) await cookie.open(header);
    expect(asked).toBe(0);
  });

  it('takes nothing but `true` for a yes', async () => {
    for (const answer of ['OK', 1, null, undefined]) {
      const cookie = make({ consume: () => answer as never });
      await expect(cookie.open(sentBack(cookie.seal({ state: STATE })))).resolves.toMatchObject({ problem: 'used' });
    }
  });

  it('guesses nothing when `consume` fails', async () => {
    const down = new Error('connect ECONNREFUSED');
    for (const consume of [
      () => Promise.reject(down),
      () => {
        throw down;
      },
    ]) {
      const cookie = make({ consume });
      await expect(cookie.open(sentBack(cookie.seal({ state: STATE })))).rejects.toMatchObject({
        type: 'TOKEN_STORE_ERROR',
        code: 'consume_failed',
        cause: down,
      });
    }
    const own = new TikTokError('mine', { type: 'TOKEN_STORE_ERROR', code: 'mine' });
    const cookie = make({ consume: () => Promise.reject(own) });
    await expect(cookie.open(sentBack(cookie.seal({ state: STATE })))).rejects.toBe(own);
  });

  it('a caller who gives up gets the signal’s reason', async () => {
    const stopped = new AbortController();
    let told: AbortSignal | undefined;
    const cookie = make({
      consume: (_id, { signal }) => {
        told = signal;
        queueMicrotask(() => stopped.abort(new Error('gone')));
        return new Promise(() => undefined);
      },
    });
    const sent = sentBack(cookie.seal({ state: STATE }));
    await expect(cookie.open(sent, { signal: stopped.signal })).rejects.toThrow('gone');
    expect(told).toBe(stopped.signal);
    await expect(cookie.open(undefined, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
  });
});

describe('a sign-in by cookie, from page to callback', () => {
  it('is finished once, with the verifier, and refused the second time before anything is sent', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const cookie = make({ redirectUri: LOOPBACK_URI });
    const { url, state, codeVerifier } = await oauth.getAuthorizationUrl();
    expect(codeVerifier).toBeDefined();
    const sent = sentBack(cookie.seal({ state, codeVerifier, returnTo: '/videos' }));
    const callback = await emulator.consent(url);

    const opened = await cookie.open(sent);
    await expect(oauth.handleCallback(callback, opened)).resolves.toHaveProperty('tokens');
    expect(opened.returnTo).toBe('/videos');

    await expect(oauth.handleCallback(callback, await cookie.open(sent))).rejects.toMatchObject({
      type: 'VALIDATION_ERROR',
      code: 'state_not_expected',
      userMessage: expect.stringMatching(/start again/),
    });
    expect(emulator.count('token')).toBe(1);
  });
});

describe('rotating keys', () => {
  const fresh = { id: 'k2', secret: randomBytes(32).toString('base64') };

  it('the first key seals, all of them open', async () => {
    const old = sentBack(make().seal({ state: STATE }));
    const both = make({ keys: [fresh, KEY] });
    await expect(both.open(old)).resolves.toMatchObject({ state: STATE });
    const sent = sentBack(both.seal({ state: STATE }));
    await expect(make().open(sent)).resolves.toMatchObject({ problem: 'unreadable' });
    await expect(make({ keys: [fresh] }).open(sent)).resolves.toMatchObject({ state: STATE });
  });
});

describe('what is refused', () => {
  it.each([
    [{ state: 'short' }, 'invalid_state'],
    [{ state: undefined }, 'invalid_state'],
    [{ state: STATE, codeVerifier: '' }, 'malformed_token'],
    [{ state: STATE, codeVerifier: '[redacted]' }, 'redacted_token'],
    [{ state: STATE, returnTo: '//evil.example' }, 'invalid_return_to'],
    [{ state: STATE, returnTo: '' }, 'invalid_return_to'],
    [{ state: STATE, returnTo: null }, 'invalid_return_to'],
    [{ state: STATE, returnTo: ['/a'] }, 'invalid_return_to'],
    [{ state: 's'.repeat(3_000) }, 'cookie_too_long'],
  ])('%j is no sign-in', (signIn, code) => {
    expect(() => make().seal(signIn as { state: string })).toThrow(
      expect.objectContaining({ type: 'VALIDATION_ERROR', code }),
    );
  });

  it('the longest return path fits into a cookie', async () => {
    const returnTo = `/${'x'.repeat(1_999)}`;
    const name = 'n'.repeat(64);
    const cookie = make({ name });
    const sent = sentBack(cookie.seal({ state: STATE, codeVerifier: 'v'.repeat(128), returnTo }));
    await expect(cookie.open(sent)).resolves.toMatchObject({ returnTo });
  });

  it.each([
    [{ keys: [] }, 'createSignInCookie: keys is empty'],
    [{ keys: [{ id: 'k', secret: 'short' }] }, 'createSignInCookie: the secret of key "k"'],
    [
      { redirectUri: 'http://app.example/cb' },
      'createSignInCookie: redirectUri is "http://app.example/cb"; expected https',
    ],
    [{ redirectUri: undefined }, 'createSignInCookie: redirectUri is undefined; expected a string'],
    [{ name: 'a b' }, 'createSignInCookie: name is "a b"; expected 1 to 64 characters'],
    [{ name: '' }, 'createSignInCookie: name is ""'],
    [{ consume: 'redis' }, 'createSignInCookie: consume is string; expected a function'],
    [{ now: 5 }, 'createSignInCookie: now is number; expected a function'],
  ])('%j is refused by name at construction', (wrong, message) => {
    expect(() => make(wrong as Partial<SignInCookieOptions>)).toThrow(message);
    expect(() => make(wrong as Partial<SignInCookieOptions>)).toThrow(TypeError);
  });
});
