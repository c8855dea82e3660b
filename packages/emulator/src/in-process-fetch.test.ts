import { describe, expect, test, vi } from 'vitest';
import { BODY_LIMIT_BYTES } from './http-server.js';
import {
  authorizationUrl,
  causeOf,
  credentials,
  getUserInfo,
  readJson,
  signIn,
  startEmulator,
} from './test-support.js';

const GRANT = { grant_type: 'client_credentials' };

describe('emulator.fetch', () => {
  test('answers as the socket does, byte for byte but for what differs in every answer', async () => {
    const answers = await Promise.all(
      [true, false].map(async (overSocket) => {
        const emulator = await startEmulator({ seed: 1, now: new Date(0) });
        const ask = overSocket ? fetch : emulator.fetch;
        const { accessToken } = await signIn(emulator);
        const headers = { authorization: `Bearer ${accessToken}` };
        const body = new URLSearchParams({ ...credentials(emulator), ...GRANT });
        const paths: [string, RequestInit?][] = [
          ['/v2/user/info/?fields=open_id,display_name', { headers }],
          ['/v2/user/info/?fields=username', { headers }],
          ['/v2/oauth/token/', { method: 'POST', body }],
          ['/v2/oauth/token/', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
          ['/v2/oauth/token/'],
          ['/nothing/here'],
          ['/favicon.ico', { method: 'HEAD' }],
          [new URL(authorizationUrl(emulator)).pathname],
        ];
        const results: unknown[] = [];
        for (const [path, init] of paths) {
          const response = await ask(emulator.url + path, init);
          const left = ['connection', 'date', 'keep-alive', 'transfer-encoding'];
          const kept = [...response.headers].filter(([name]) => !left.includes(name));
          results.push([path, response.status, kept, await response.text()]);
        }
        return results;
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
  });

  test("stands in for TikTok's own hosts, pages on one and the API on the other", async () => {
    const emulator = await startEmulator({ listen: false });
    const body = () => new URLSearchParams({ ...credentials(emulator), ...GRANT });
    const token = (origin: string) => emulator.fetch(`${origin}/v2/oauth/token/`, { method: 'POST', body: body() });
    const page = (origin: string) => emulator.fetch(authorizationUrl(emulator).replace(emulator.url, origin));
    expect((await token('https://open.tiktokapis.com')).status).toBe(200);
    expect((await token('https://www.tiktok.com')).status).toBe(404);
    expect((await page('https://www.tiktok.com')).status).toBe(200);
    expect((await page('https://open.tiktokapis.com')).status).toBe(404);
    expect((await page(emulator.url)).status).toBe(200);
  });

  test('a consent can be played for an authorization URL of TikTok', async () => {
    const emulator = await startEmulator();
    const url = authorizationUrl(emulator).replace(emulator.url, 'https://www.tiktok.com');
    expect(new URL(await emulator.consent(url)).searchParams.has('code')).toBe(true);
    const api = authorizationUrl(emulator).replace(emulator.url, 'https://open.tiktokapis.com');
    await expect(emulator.consent(api)).rejects.toThrow(/answered 404/);
  });

  test('nothing else is answered, and nothing gets out', async () => {
    const emulator = await startEmulator();
    const elsewhere = emulator.fetch('https://example.com/');
    await expect(elsewhere).rejects.toThrow(TypeError);
    await expect(elsewhere).rejects.toMatchObject({
      message: 'fetch failed',
      cause: {
        code: 'ENOTFOUND',
        message: expect.stringMatching(/^https:\/\/example\.com is not this emulator, which/),
      },
    });
    await expect(emulator.fetch('/relative')).rejects.toThrow(TypeError);
  });

  test('takes whatever fetch takes: a URL, a Request, a stream', async () => {
    const emulator = await startEmulator();
    const url = new URL('/v2/oauth/token/', emulator.url);
    const text = new URLSearchParams({ ...credentials(emulator), ...GRANT }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = new Request(url, { method: 'POST', body: text, headers });
    const stream = new Blob([text]).stream();
    for (const response of [
      await emulator.fetch(url, { method: 'POST', body: text, headers }),
      await emulator.fetch(request),
      await emulator.fetch(url, { method: 'POST', body: stream, headers, duplex: 'half' }),
    ]) {
      expect(response.status).toBe(200);
      expect(response.url).toBe(url.href);
    }
  });

  test('needs no this', async () => {
    const { fetch: ask, url } = await startEmulator();
    expect((await ask(`${url}/favicon.ico`)).status).toBe(200);
  });

  test('refuses a body over the limit', async () => {
    const emulator = await startEmulator();
    const body = new URLSearchParams({ grant_type: 'x'.repeat(BODY_LIMIT_BYTES) });
    const answer = await readJson(await emulator.fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body }));
    expect(answer.status).toBe(413);
  });

  test('a signal that is aborted already asks nothing', async () => {
    const emulator = await startEmulator();
    const reason = new Error('too late');
    const asked = emulator.fetch(`${emulator.url}/favicon.ico`, { signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toBe(reason);
    expect(emulator.count()).toBe(0);
  });

  test('a redirect goes to the app, which is not here', async () => {
    const emulator = await startEmulator();
    const cancel = async (redirect: 'manual' | 'follow') => {
      const page = await (await emulator.fetch(authorizationUrl(emulator))).text();
      const request = /name="request" value="(\w+)"/.exec(page)?.[1] ?? '';
      const body = new URLSearchParams({ request, decision: 'cancel' });
      return emulator.fetch(`${emulator.url}/v2/auth/authorize/consent/`, { method: 'POST', body, redirect });
    };
    const response = await cancel('manual');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toContain('error=access_denied');
    await expect(cancel('follow')).rejects.toMatchObject({
      cause: { message: expect.stringContaining("redirect: 'manual'") },
    });
  });

  test('a reader that leaves in the middle of a slow body leaves nothing behind', async () => {
    const emulator = await startEmulator();
    emulator.fail('favicon', { kind: 'slow_body', delayMs: 60_000 });
    const started = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    const response = await emulator.fetch(`${emulator.url}/favicon.ico`);
    const call = started.mock.calls.findIndex(([, delay]) => delay === 60_000);
    const timer = started.mock.results[call]?.value;
    expect(timer).toBeDefined();
    await response.body?.cancel();
    expect(cleared).toHaveBeenCalledWith(timer);
  });
});

describe('listen: false', () => {
  test('opens no socket, and does the whole flow all the same', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => /TCP|Server/.test(name)).length;
    const before = sockets();
    const emulator = await startEmulator({ listen: false });
    expect(sockets()).toBe(before);
    expect(emulator.url).toBe('https://tiktok-emulator.invalid');
    const callback = new URL(await emulator.consent(authorizationUrl(emulator)));
    expect(callback.searchParams.has('code')).toBe(true);
    expect(await causeOf(getUserInfo(emulator, 'act.none', 'open_id'))).toBe('ENOTFOUND');
    await emulator.close();
    expect(await causeOf(emulator.fetch(`${emulator.url}/favicon.ico`))).toBe('ECONNREFUSED');
  });

  test('what was asked just before the end ends too', async () => {
    const emulator = await startEmulator({ listen: false });
    emulator.fail('favicon', 'hang');
    const asked = causeOf(emulator.fetch(`${emulator.url}/favicon.ico`));
    await emulator.close();
    expect(await asked).toBe('ECONNRESET');
  });
});
