import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiErrorCodes, oauthErrorCodes } from '../documented-errors.js';
import { createEmulator, type Emulator, type EmulatorErrorCode } from '../index.js';
import { authorizationUrl, causeOf, credentials, fakeClock, obtainCode, readJson, signIn } from '../test-support.js';

const REFRESH = { operation: 'token', grantType: 'refresh_token' } as const;

/** The same faults, whatever carries the requests. */
const CARRIERS: [string, (emulator: Emulator) => typeof globalThis.fetch][] = [
  ['a socket', () => globalThis.fetch],
  ['emulator.fetch', (emulator) => emulator.fetch],
];

describe.each(CARRIERS)('over %s', (_carrier, fetchOf) => {
  let emulator: Emulator;
  let tokens: Awaited<ReturnType<typeof signIn>>;

  beforeEach(async () => {
    emulator = await createEmulator({ now: fakeClock().now });
    tokens = await signIn(emulator);
  });

  afterEach(() => emulator.close());

  function userInfo(init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    return fetchOf(emulator)(`${emulator.url}/v2/user/info/?fields=open_id`, { headers, ...init });
  }

  function refresh(init: RequestInit = {}): Promise<Response> {
    const body = new URLSearchParams({
      ...credentials(emulator),
      grant_type: 'refresh_token',
      refresh_token: tokens.refreshToken,
    });
    return fetchOf(emulator)(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body, ...init });
  }

  /** How many requests the emulator saw, and what it did to the last of them. */
  const lastFault = () => emulator.requests().at(-1)?.fault;

  describe('documented errors', () => {
    const documented: [string, number][] = [
      ['access_token_invalid', 401],
      ['scope_not_authorized', 401],
      ['scope_permission_missed', 400],
      ['rate_limit_exceeded', 429],
      ['internal_error', 500],
      ['invalid_params', 400],
      ['spam_risk_too_many_posts', 403],
    ];

    test.each(documented)('%s has the envelope and the status %d', async (code, status) => {
      emulator.fail('user_info', code as EmulatorErrorCode);
      const answer = await readJson(await userInfo());
      expect(answer.status).toBe(status);
      expect(answer.body).toEqual({
        data: {},
        error: { code, message: expect.any(String), log_id: answer.headers.get('x-tt-logid') },
      });
      expect(emulator.requests().at(-1)).toMatchObject({ status, error: code, fault: code });
    });

    test('every API code can be had', async () => {
      for (const code of apiErrorCodes()) {
        using _fault = emulator.fail('user_info', code as EmulatorErrorCode);
        expect((await readJson(await userInfo())).body).toMatchObject({ error: { code } });
      }
    });

    test('every OAuth code can be had, flat, and has no effect', async () => {
      for (const code of oauthErrorCodes()) {
        using _fault = emulator.fail(REFRESH, code as EmulatorErrorCode);
        const { body, headers } = await readJson(await refresh());
        expect(body).toEqual({
          error: code,
          error_description: expect.any(String),
          log_id: headers.get('x-tt-logid'),
        });
      }
      expect(emulator.isLive(tokens.refreshToken)).toBe(true);
    });

    test('description, status and Retry-After can be chosen', async () => {
      const description = 'The service is being looked after.';
      emulator.fail('token', { kind: 'error', code: 'server_error', description, status: 503, retryAfter: 7 });
      const { status, body, headers } = await readJson(await refresh());
      expect([status, body.error_description, headers.get('retry-after')]).toEqual([503, description, '7']);
    });

    test('on the authorize page it is "Something went wrong"', async () => {
      emulator.fail('authorize', 'unauthorized_client');
      const response = await fetchOf(emulator)(authorizationUrl(emulator));
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('<code>unauthorized_client</code>');
      await expect(emulator.consent(authorizationUrl(emulator))).rejects.toThrow(/refused unauthorized_client/);
    });
  });

  describe('gateways', () => {
    test.each([500, 502, 503, 504])('%d with nothing in it', async (status) => {
      emulator.fail('*', { kind: 'status', status });
      const response = await refresh();
      expect(response.status).toBe(status);
      expect(await response.text()).toBe('');
      expect(response.headers.get('x-tt-logid')).toBe(emulator.requests().at(-1)?.logId);
      expect(emulator.isLive(tokens.refreshToken)).toBe(true);
    });

    test.each([502, 200])('a page of HTML, status %d', async (status) => {
      emulator.fail('user_info', { kind: 'html', status });
      const response = await userInfo();
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toMatch(/^<!doctype html>/);
    });

    test.each([
      [undefined, null],
      [3, '3'],
      [new Date('2026-11-22T12:00:30Z'), 'Sun, 22 Nov 2026 12:00:30 GMT'],
    ])('429, Retry-After %s', async (retryAfter, header) => {
      emulator.fail('*', { kind: 'rate_limit', retryAfter });
      for (const [response, body] of [
        [await userInfo(), { error: { code: 'rate_limit_exceeded' } }],
        [await refresh(), { error: 'rate_limit_exceeded' }],
      ] as const) {
        const answer = await readJson(response);
        expect(answer.status).toBe(429);
        expect(answer.body).toMatchObject(body);
        expect(answer.headers.get('retry-after')).toBe(header);
      }
    });

    test.each([
      { kind: 'html', after: 'effect' },
      { kind: 'status', status: 504, after: 'effect' },
      { kind: 'rate_limit', after: 'effect' },
      { kind: 'error', code: 'server_error', after: 'effect' },
    ] as const)('%j: it says no after it has done it', async (fault) => {
      emulator.fail(REFRESH, fault, { times: 1 });
      expect((await refresh()).status).toBeGreaterThanOrEqual(400);
      expect(emulator.isLive(tokens.refreshToken)).toBe(false);
      expect(emulator.user('minamakes').tokens({ kind: 'refresh', state: 'live' })).toHaveLength(1);
      expect(lastFault()).toMatch(/ after effect$/);
    });
  });

  describe('answers that are not what they seem', () => {
    test('JSON cut in the middle, in an answer that is whole as HTTP', async () => {
      emulator.fail(REFRESH, 'truncated_json');
      const response = await refresh();
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe(String(text.length));
      expect(text).toMatch(/^\{"access_token":"act\./);
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      expect(emulator.isLive(tokens.refreshToken)).toBe(false);
    });

    test('JSON under another content type', async () => {
      emulator.fail(REFRESH, 'wrong_content_type', { times: 1 });
      const response = await refresh();
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect((await readJson(response)).body).toMatchObject({ token_type: 'Bearer' });
      emulator.fail('user_info', { kind: 'wrong_content_type', contentType: 'text/plain' });
      expect((await userInfo()).headers.get('content-type')).toBe('text/plain');
    });
  });

  describe('slow answers', () => {
    test('headers late: nothing comes before its time, and then all', async () => {
      emulator.fail('user_info', { kind: 'slow_headers', delayMs: 60 });
      const begin = performance.now();
      const response = await userInfo();
      expect(performance.now() - begin).toBeGreaterThanOrEqual(55);
      expect((await readJson(response)).body).toMatchObject({ error: { code: 'ok' } });
    });

    test('body late: the headers are there at once, and half of it', async () => {
      emulator.fail('user_info', { kind: 'slow_body', delayMs: 60 });
      const begin = performance.now();
      const response = await userInfo();
      const headersAfter = performance.now() - begin;
      const { body } = await readJson(response);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(55);
      expect(headersAfter).toBeLessThan(50);
      expect(body).toMatchObject({ error: { code: 'ok' } });
    });

    test('whoever does not wait gets the reason of their own signal; it took effect all the same', async () => {
      for (const kind of ['slow_headers', 'slow_body'] as const) {
        using _fault = emulator.fail(REFRESH, { kind, delayMs: 60_000 });
        const controller = new AbortController();
        const reason = new Error('changed my mind');
        setTimeout(() => controller.abort(reason), 20);
        const answer = refresh({ signal: controller.signal }).then((response) => response.text());
        await expect(answer).rejects.toBe(reason);
      }
      expect(emulator.isLive(tokens.refreshToken)).toBe(false);
    });

    test('real time passes, whatever the clock of the emulator says', async () => {
      emulator.fail('user_info', { kind: 'slow_headers', delayMs: 40 });
      const answer = userInfo();
      emulator.clock.advance(3_600_000);
      const begin = performance.now();
      await answer;
      expect(performance.now() - begin).toBeGreaterThanOrEqual(20);
    });
  });

  describe('no answer', () => {
    test.each([
      ['request', true],
      ['effect', false],
    ] as const)('a hang after the %s ends with the patience of the client', async (after, isLive) => {
      emulator.fail(REFRESH, { kind: 'hang', after });
      await expect(refresh({ signal: AbortSignal.timeout(40) })).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(emulator.isLive(tokens.refreshToken)).toBe(isLive);
      expect(emulator.requests().at(-1)).toMatchObject({ status: 0, error: undefined });
    });

    test.each([
      ['request', true],
      ['effect', false],
    ] as const)('a reset after the %s', async (after, isLive) => {
      emulator.fail(REFRESH, { kind: 'reset', after }, { times: 1 });
      expect(await causeOf(refresh())).toBe('ECONNRESET');
      expect(emulator.isLive(tokens.refreshToken)).toBe(isLive);
      // What a client must live with: the answer is lost, and the token it still has is spent.
      expect((await refresh()).status).toBe(isLive ? 200 : 400);
      expect(emulator.replays).toBe(isLive ? 0 : 1);
    });

    test('a reset after half of the answer', async () => {
      emulator.fail(REFRESH, { kind: 'reset', after: 'half_answer' });
      const response = await refresh();
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow(TypeError);
      expect(emulator.isLive(tokens.refreshToken)).toBe(false);
      expect(lastFault()).toBe('reset after half_answer');
    });

    test('what waits is reset when the emulator closes', async () => {
      emulator.fail('user_info', 'hang', { times: 1 });
      emulator.fail('user_info', { kind: 'slow_headers', delayMs: 60_000 }, { times: 1 });
      emulator.fail('user_info', { kind: 'slow_body', delayMs: 60_000 });
      const bodies = [1, 2, 3].map(() => userInfo().then((response) => response.text()));
      const failures = Promise.all(bodies.map((body) => body.catch((error: unknown) => error)));
      while (emulator.count('user_info') < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      await emulator.close();
      for (const failure of await failures) expect(failure).toBeInstanceOf(TypeError);
      expect(await causeOf(userInfo())).toBe('ECONNREFUSED');
    });
  });
});

test('a fault can be meant for one person alone', async () => {
  const emulator = await createEmulator();
  const mina = await signIn(emulator);
  const exchange = await obtainCode(emulator);
  const callback = new URL(await emulator.consent(authorizationUrl(emulator), { user: 'leo.cooks' }));
  expect(callback.searchParams.has('code')).toBe(true);
  emulator.fail({ user: 'minamakes' }, 'html');
  const ask = (token: string) =>
    emulator.fetch(`${emulator.url}/v2/user/info/?fields=open_id`, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask(mina.accessToken)).status).toBe(502);
  expect((await ask('act.unknown')).status).toBe(401);
  const body = new URLSearchParams({ ...credentials(emulator), ...exchange });
  expect((await emulator.fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body })).status).toBe(502);
  await emulator.close();
});
