import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createEmulator, type Emulator, type EmulatorOptions } from './index.js';

/** 43 characters: the verifier of RFC 7636, appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('hex');
export const LOOPBACK = 'http://localhost:3000/auth/tiktok/callback';
export const WEB = 'https://app.example.com/auth/tiktok/callback';

interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An emulator that ends with the test. */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** A clock that stands still until it is moved. */
export function fakeClock(start = Date.UTC(2026, 10, 22, 12, 0, 0)) {
  let time = start;
  return {
    now: () => time,
    advanceSeconds(seconds: number) {
      time += seconds * 1_000;
    },
  };
}

/** A correct desktop request; `undefined` takes a parameter out. */
export function authorizationUrl(emulator: Emulator, changes: Record<string, string | undefined> = {}): string {
  const parameters = {
    client_key: emulator.clients[0].clientKey,
    redirect_uri: LOOPBACK,
    response_type: 'code',
    scope: 'user.info.basic',
    state: 'state-of-this-browser',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  return `${emulator.url}/v2/auth/authorize/?${formOf(parameters)}`;
}

export async function postForm(url: string, fields: Record<string, string | undefined>): Promise<JsonAnswer> {
  return readJson(await fetch(url, { method: 'POST', body: formOf(fields) }));
}

/** The token endpoint, with the first client's credentials. */
export function requestToken(emulator: Emulator, fields: Record<string, string | undefined>): Promise<JsonAnswer> {
  return postForm(`${emulator.url}/v2/oauth/token/`, { ...credentials(emulator), ...fields });
}

export function refresh(emulator: Emulator, refreshToken: string): Promise<JsonAnswer> {
  return requestToken(emulator, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

export function credentials(emulator: Emulator): { client_key: string; client_secret: string } {
  const { clientKey, clientSecret } = emulator.clients[0];
  return { client_key: clientKey, client_secret: clientSecret };
}

/** Consent, then the fields of a correct exchange. */
export async function obtainCode(emulator: Emulator, changes: Record<string, string | undefined> = {}) {
  const callback = new URL(await emulator.consent(authorizationUrl(emulator, changes)));
  return {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: changes.redirect_uri ?? LOOPBACK,
    code_verifier: VERIFIER,
  };
}

export async function signIn(emulator: Emulator, changes: Record<string, string | undefined> = {}) {
  const { body } = await requestToken(emulator, await obtainCode(emulator, changes));
  return { accessToken: String(body.access_token), refreshToken: String(body.refresh_token), body };
}

export async function getUserInfo(emulator: Emulator, accessToken: string, fields: string): Promise<JsonAnswer> {
  const url = `${emulator.url}/v2/user/info/?fields=${fields}`;
  return readJson(await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } }));
}

/** A request to one of the video endpoints. */
export async function postVideo(
  emulator: Emulator,
  request: { path: 'list' | 'query'; accessToken: string; fields?: string; body?: unknown },
): Promise<JsonAnswer> {
  const { path, accessToken, fields = 'id', body = {} } = request;
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const url = `${emulator.url}/v2/video/${path}/?fields=${fields}`;
  return readJson(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** The cause's code of a failed `fetch`. */
export async function causeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'no failure';
  } catch (error) {
    const cause: unknown = error instanceof TypeError ? error.cause : error;
    return cause instanceof Error && 'code' in cause ? cause.code : cause;
  }
}

export async function readJson(response: Response): Promise<JsonAnswer> {
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error('The answer is not a JSON object.');
  return { status: response.status, headers: response.headers, body: { ...body } };
}

function formOf(fields: Record<string, string | undefined>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return form;
}
