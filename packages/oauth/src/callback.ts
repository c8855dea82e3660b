import { errorFromOAuthFailure, validationError } from '@tt/errors';
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

/**
 * Reads TikTok's callback: the state first (D18), then its error, then its code.
 *
 * @throws TikTokError `VALIDATION_ERROR` for a wrong state (codes as `assertState`), a parameter that stands twice
 *   (`duplicate_parameter`) or no code (`code_missing`); for an `error` of TikTok's what its code means, such as
 *   `AUTH_ERROR` for `access_denied`.
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export function readCallback(input: CallbackInput, expectedState: unknown): AuthorizationResponse {
  const parameters = parametersOf(input);
  const only = (name: string): string | undefined => single(parameters, name);

  assertState(only('state'), expectedState);
  const error = only('error');
  if (error !== undefined && error !== '') {
    throw errorFromOAuthFailure(
      { code: error, description: only('error_description') },
      { operation: 'authorization.callback' },
    );
  }
  const code = only('code');
  if (code === undefined || code === '') {
    throw validationError('The callback has neither a code nor an error', {
      code: 'code_missing',
      operation: 'authorization.callback',
    });
  }
  return { code, grantedScopes: parseScopes(only('scopes')) };
}

function parametersOf(input: CallbackInput): URLSearchParams {
  if (input instanceof URLSearchParams) return input;
  if (input instanceof URL) return input.searchParams;
  if (typeof input === 'string') {
    const query = input.indexOf('?');
    const fragment = input.indexOf('#', query);
    return new URLSearchParams(query < 0 ? '' : input.slice(query + 1, fragment < 0 ? undefined : fragment));
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) parameters.append(name, String(one));
  }
  return parameters;
}

function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name);
  if (more.length > 0) {
    throw validationError(`The callback has the parameter ${name} ${more.length + 1} times; expected it once`, {
      code: 'duplicate_parameter',
      operation: 'authorization.callback',
    });
  }
  return value;
}
