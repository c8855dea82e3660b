import { randomUUID } from 'node:crypto';
import { storeError, TikTokError, validationError } from '@tt/errors';
import { untilAborted } from '@tt/resilience';
import type { CipherKey } from './key-ring.js';
import { BoundedSet } from './lifecycle/bounded-set.js';
import { isLocalPath } from './local-path.js';
import { checkedFunction, checkedRedirectUri } from './oauth-options.js';
import { assertToken, redacted } from './redacted.js';
import { isState } from './state.js';
import { createTokenCipher, type TokenCipher } from './token-cipher.js';

/**
 * Says whether an id is seen for the first time, and remembers it for `ttlMs` milliseconds. Two callers must never both
 * hear `true`, so it has to be one step, such as Redis's `SET id 1 NX PX ttl`.
 */
export type ConsumeOnce = (
  id: string,
  options: { readonly ttlMs: number; readonly signal: AbortSignal | undefined },
) => boolean | Promise<boolean>;

/** How sign-ins are kept in a cookie. */
export interface SignInCookieOptions {
  /** At least one `{ id, secret }`, the secret 32 random bytes. The first seals, all of them open. */
  readonly keys: readonly CipherKey[];
  /** The same as the sign-in's: the cookie has to come along to it. Where it is plain http, the cookie is not `Secure`. */
  readonly redirectUri: string;
  /**
   * Makes a cookie good for one callback. Default: remembers the last 100,000 of this process. A copied cookie can then
   * still be used once in every other process, so more than one need a `consume` that they share.
   */
  readonly consume?: ConsumeOnce | undefined;
  /** The cookie's name; over https `__Host-` goes in front. Default: `tt-sign-in`. */
  readonly name?: string | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What the sign-in began with. */
export interface SignInToSeal {
  /** From `getAuthorizationUrl`. */
  readonly state: string;
  /** From `getAuthorizationUrl`, where it gave one. */
  readonly codeVerifier?: string | undefined;
  /** Where the person goes when it is done: a path of this site, as it stands in a URL. Default: `/`. */
  readonly returnTo?: string | undefined;
}

/**
 * What the cookie held. Where it held nothing, `state` is absent, which `handleCallback` refuses; `problem` says why.
 * `clear` is there in any case. Its JSON and `util.inspect` output do not show the verifier.
 */
export type OpenedSignIn = {
  readonly returnTo: string;
  /** The value of a `Set-Cookie` header that ends the cookie. Send it with whatever the callback answers. */
  readonly clear: string;
} & (
  | { readonly state: string; readonly codeVerifier?: string }
  | { readonly state: undefined; readonly problem: 'absent' | 'unreadable' | 'expired' | 'used' }
);

/** Keeps a sign-in in the person's browser, for applications without a session. */
export interface SignInCookie {
  /**
   * The value of a `Set-Cookie` header, to send with the redirect to TikTok.
   *
   * @throws TikTokError `VALIDATION_ERROR` with code `invalid_return_to` for anything but a path of this site,
   *   `invalid_state` for one under 32 characters, `cookie_too_long` for one beyond what browsers keep.
   */
  seal(signIn: SignInToSeal): string;
  /**
   * What the sign-in began with, good for this one call.
   *
   * @param cookieHeader The callback's `Cookie` header.
   * @throws TikTokError `TOKEN_STORE_ERROR` when `consume` fails: whether the cookie was used is not guessed.
   */
  open(
    cookieHeader: string | null | undefined,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<OpenedSignIn>;
}

interface Sealed {
  readonly id: string;
  readonly state: string;
  readonly codeVerifier?: string;
  readonly returnTo: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const LIFETIME_S = 600;
const REMEMBERED = 100_000;
/** What browsers keep of one cookie, its name and attributes included. */
const LONGEST_COOKIE = 4_096;

/**
 * A cookie that holds state, verifier and return path of a sign-in: sealed with AES-256-GCM, HttpOnly, good for ten
 * minutes and one callback (D18).
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { createSignInCookie, createTikTokOAuth } from '@tt/oauth';
 *
 * const redirectUri = 'https://app.example/auth/tiktok/callback';
 * const oauth = createTikTokOAuth({ clientKey: 'awxxxxxxxxxxxxxxxx', clientSecret: 'secret', redirectUri });
 * const cookie = createSignInCookie({ keys: [{ id: '2026-11', secret: randomBytes(32) }], redirectUri });
 *
 * const { url, state, codeVerifier } = await oauth.getAuthorizationUrl();
 * const headers = { location: url, 'set-cookie': cookie.seal({ state, codeVerifier, returnTo: '/videos' }) };
 * console.log(Object.keys(headers));
 * ```
 */
export function createSignInCookie(options: SignInCookieOptions): SignInCookie {
  const redirectUri = checkedRedirectUri(options.redirectUri, 'createSignInCookie');
  const now = checkedFunction('createSignInCookie: now', options.now) ?? Date.now;
  const consume = checkedFunction('createSignInCookie: consume', options.consume) ?? oncePerProcess();
  const cipher = cipherOf(options.keys);
  const secure = redirectUri.toLowerCase().startsWith('https:');
  const name = `${secure ? '__Host-' : ''}${checkedName(options.name ?? 'tt-sign-in')}`;
  // The prefix asks for this path; SameSite is Lax, as the cookie must come along when TikTok sends the person back.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  const clear = `${name}=; Max-Age=0; ${attributes}`;
  // No client key has a space in it, so what encrypts tokens under the same secret never opens this, nor this that.
  const context = { clientKey: 'sign-in cookie', userId: redirectUri, version: '1' };

  function unsealed(text: string): Sealed | undefined {
    try {
      const value: unknown = JSON.parse(cipher.decrypt(text, context));
      return isSealed(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async function isFirst(id: string, ttlMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return (await untilAborted(Promise.resolve(consume(id, { ttlMs, signal })), signal)) === true;
    } catch (cause) {
      if (signal?.aborted === true || TikTokError.isInstance(cause)) throw cause;
      throw storeError('Whether the sign-in cookie was used before could not be found out', {
        code: 'consume_failed',
        operation: 'authorization.callback',
        cause,
      });
    }
  }

  return {
    seal({ state, codeVerifier, returnTo = '/' }) {
      if (!isState(state)) {
        throw refused(
          'state is absent or under 32 characters; expected what getAuthorizationUrl gave',
          'invalid_state',
        );
      }
      if (codeVerifier !== undefined) assertToken('codeVerifier', codeVerifier);
      if (!isLocalPath(returnTo)) {
        throw refused(
          `returnTo is ${JSON.stringify(returnTo)}; expected a path of this site, percent-encoded, such as /videos?page=2`,
          'invalid_return_to',
        );
      }
      const sealed: Sealed = {
        id: randomUUID(),
        state,
        ...(codeVerifier === undefined ? {} : { codeVerifier }),
        returnTo,
        expiresAt: now() + LIFETIME_S * 1000,
      };
      const value = cipher.encrypt(JSON.stringify(sealed), context);
      const cookie = `${name}=${value}; Max-Age=${LIFETIME_S}; ${attributes}`;
      if (cookie.length <= LONGEST_COOKIE) return cookie;
      throw refused(
        `The sign-in cookie has ${cookie.length} characters; expected at most ${LONGEST_COOKIE}: shorten state or returnTo`,
        'cookie_too_long',
      );
    },

    async open(cookieHeader, { signal } = {}) {
      signal?.throwIfAborted();
      const nothing = (problem: 'absent' | 'unreadable' | 'expired' | 'used'): OpenedSignIn => ({
        state: undefined,
        problem,
        returnTo: '/',
        clear,
      });
      const text = cookieNamed(name, cookieHeader ?? '');
      if (text === undefined) return nothing('absent');
      const sealed = unsealed(text);
      if (sealed === undefined) return nothing('unreadable');
      const ttlMs = sealed.expiresAt - now();
      if (ttlMs <= 0) return nothing('expired');
      // D18: whatever becomes of the callback, this was its one try.
      if (!(await isFirst(sealed.id, ttlMs, signal))) return nothing('used');
      const { state, codeVerifier, returnTo } = sealed;
      return redacted({ state, ...(codeVerifier === undefined ? {} : { codeVerifier }), returnTo, clear });
    },
  };
}

function oncePerProcess(): ConsumeOnce {
  const used = new BoundedSet(REMEMBERED);
  return (id) => {
    if (used.has(id)) return false;
    used.add(id);
    return true;
  };
}

function cipherOf(keys: readonly CipherKey[]): TokenCipher {
  try {
    return createTokenCipher({ keys });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(error.message.replace('createTokenCipher', 'createSignInCookie'));
  }
}

function checkedName(name: string): string {
  if (typeof name === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(name)) return name;
  throw new TypeError(
    `createSignInCookie: name is ${JSON.stringify(name)}; expected 1 to 64 characters of A-Z a-z 0-9 _ -`,
  );
}

function refused(message: string, code: string): TikTokError {
  return validationError(message, { code, operation: 'authorization.begin' });
}

function cookieNamed(name: string, header: string): string | undefined {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Nobody else can have sealed it; an older or a newer version of us can. */
function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  return (
    ['id', 'state', 'returnTo'].every((name) => typeof field(name) === 'string') &&
    ['string', 'undefined'].includes(typeof field('codeVerifier')) &&
    Number.isFinite(field('expiresAt'))
  );
}
