import { errorFromOAuthFailure, type TikTokError, validationError } from '@tt/errors';
import { parseScopes, type TikTokScope } from './scopes.js';
import { assertState } from './state.js';

/**
 * A callback, as any framework has it: the request's URL, whole or as a path; its search parameters; or a query parsed
 * and decoded already. The URL is the safest, since it is then decoded exactly once.
 */
export type CallbackInput =
  | string
  | URL
  | URLSearchParams
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a callback that brings a code brings with it. */
export interface AuthorizationResponse {
  readonly code: string;
  /** What the person granted, which can be less than was asked for. */
  readonly grantedScopes: readonly TikTokScope[];
}

const OPERATION = 'authorization.callback';

/**
 * Reads TikTok's callback: the state first (D18), then its error, then its code.
 *
 * @throws TikTokError `VALIDATION_ERROR` for a wrong state (codes as `assertState`), a parameter that stands twice
 *   (`duplicate_parameter`) or is no text (`malformed_parameter`), no code (`code_missing`), or what is no callback at all
 *   (`malformed_callback`); for an `error` of TikTok's what its code means, such as `AUTH_ERROR` for `access_denied`.
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export function readCallback(input: CallbackInput, expectedState: unknown): AuthorizationResponse {
  const values = valuesOf(input);
  const only = (name: string): string | undefined => single(name, values(name));

  assertState(only('state'), expectedState);
  const error = only('error');
  if (error !== undefined && error !== '') {
    const description = only('error_description') ?? only('error_type');
    throw errorFromOAuthFailure({ code: error, description }, { operation: OPERATION });
  }
  const code = only('code');
  if (code === undefined || code === '') {
    throw wrong('The callback has neither a code nor an error', 'code_missing');
  }
  // Some callbacks bring the code a second time under this name.
  const authCode = only('auth_code');
  if (authCode !== undefined && authCode !== code) {
    throw wrong('The callback has another code as auth_code; expected the same or none', 'duplicate_parameter');
  }
  return { code, grantedScopes: parseScopes(only('scopes')) };
}

/** Looks up all the values of a parameter. */
function valuesOf(input: unknown): (name: string) => readonly unknown[] {
  if (typeof input === 'string') {
    const [text = ''] = input.split('#', 1);
    const query = text.indexOf('?');
    const parameters = new URLSearchParams(query < 0 ? '' : text.slice(query + 1));
    return (name) => parameters.getAll(name);
  }
  if (typeof input === 'object' && input !== null) {
    // By what they can do, not by their class: those of another realm or a polyfill are as good.
    const parameters = isSearchParams(input) ? input : Reflect.get(input, 'searchParams');
    if (isSearchParams(parameters)) return (name) => parameters.getAll(name);
    return (name) => {
      const value: unknown = Object.hasOwn(input, name) ? Reflect.get(input, name) : undefined;
      return value === undefined ? [] : Array.isArray(value) ? value : [value];
    };
  }
  throw wrong(
    `The callback is ${input === null ? 'null' : typeof input}; expected its URL or its parameters`,
    'malformed_callback',
  );
}

function isSearchParams(value: unknown): value is Pick<URLSearchParams, 'getAll'> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'getAll') === 'function';
}

function single(name: string, [value, ...more]: readonly unknown[]): string | undefined {
  if (more.length > 0) {
    throw wrong(
      `The callback has the parameter ${name} ${more.length + 1} times; expected it once`,
      'duplicate_parameter',
    );
  }
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(`The callback’s parameter ${name} is ${typeof value}; expected a text`, 'malformed_parameter');
}

function wrong(message: string, code: string): TikTokError {
  return validationError(message, { code, operation: OPERATION });
}
