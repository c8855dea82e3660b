import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator, type EmulatorOptions } from '@tt/emulator';
import { createLogger } from '@tt/logger';
import { createTikTokOAuth, type TikTokOAuth } from '@tt/oauth';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from './app.js';
import { Visitor } from './test-support/visitor.js';

const MINUTE = 60_000;

let emulator: Emulator;
let oauth: TikTokOAuth;
let server: http.Server;
let origin: string;
let lines: string[];
let now: number;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await oauth.close();
  await emulator.close();
});

async function open(
  emulated: EmulatorOptions = {},
  over: { readonly origin?: string; readonly sessionSecret?: string } = {},
): Promise<Visitor> {
  now = Date.now();
  lines = [];
  emulator = await createEmulator(emulated);
  server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = over.origin ?? `http://localhost:${(server.address() as AddressInfo).port}`;
  const [{ clientKey, clientSecret }] = emulator.clients;
  const logger = createLogger({ level: 'DEBUG', output: 'json', destination: { write: (line) => lines.push(line) } });
  oauth = createTikTokOAuth({
    clientKey,
    clientSecret,
    redirectUri: `${origin}/auth/tiktok/callback`,
    apiBaseUrl: emulator.url,
    authorizeBaseUrl: emulator.url,
    logger,
    policy: { retry: { attempts: 1 } },
  });
  server.on(
    'request',
    createApp({
      oauth,
      logger,
      origin,
      scopes: ['user.info.basic', 'user.info.profile'],
      pictureOrigin: emulator.url,
      offline: true,
      sessionSecret: over.sessionSecret,
      now: () => now,
    }),
  );
  return new Visitor();
}

/** Begins a sign-in and returns the callback URL that TikTok would send the person to. */
async function consent(visitor: Visitor, decision: Parameters<Emulator['consent']>[1] = {}): Promise<string> {
  const { location = '' } = await visitor.get(`${origin}/auth/tiktok`);
  return emulator.consent(location, decision);
}

async function signIn(visitor: Visitor) {
  return visitor.visit(await consent(visitor));
}

const csrfOf = (body: string): string => /name="csrf" value="([0-9a-f]+)"/.exec(body)?.[1] ?? '';

describe('signing in', () => {
  it('shows the profile: name, avatar from the emulator’s own origin, granted scopes, expiry', async () => {
    const visitor = await open();
    const { status, body } = await signIn(visitor);
    expect(status).toBe(200);
    expect(body).toContain('Mina Park');
    expect(body).toContain('@minamakes');
    expect(body).toMatch(new RegExp(`<img[^>]+src="${emulator.url}/`));
    expect(body).toContain('user.info.profile');
    expect(body).toMatch(/<time datetime="\d{4}-/);
    expect(body).toContain('Disconnect');
  });

  it('sends the person on to the host whose cookie the callback will see', async () => {
    const visitor = await open();
    const { location } = await visitor.get(`${origin.replace('localhost', '127.0.0.1')}/auth/tiktok?again`);
    expect(location).toBe(`${origin}/auth/tiktok?again`);
  });

  it('lets the page load nothing but its own style and pictures, and keeps it out of caches and frames', async () => {
    const visitor = await open();
    const { headers } = await visitor.get(`${origin}/`);
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none';style-src 'self';img-src 'self' https: ${emulator.url};form-action 'self';base-uri 'none';frame-ancestors 'none'`,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('a name with markup in it is shown as text', async () => {
    const visitor = await open({ users: [{ displayName: '<script>alert("x")</script>' }] });
    const { body } = await signIn(visitor);
    expect(body).toContain('&lt;script>alert(&quot;x&quot;)&lt;/script>');
    expect(body).not.toContain('<script');
  });

  it('cancelling is friendly, and asks TikTok for nothing', async () => {
    const visitor = await open();
    const { status, body } = await visitor.visit(await consent(visitor, { cancel: true }));
    expect(status).toBe(200);
    expect(body).toContain('You cancelled the sign-in');
    expect(body).toContain('Try again');
    expect(emulator.count('token')).toBe(0);
  });

  it('an unticked scope is said in plain words, with a way on and a way back', async () => {
    const visitor = await open();
    const { body } = await visitor.visit(await consent(visitor, { scopes: ['user.info.basic'] }));
    expect(body).toContain('Not everything was allowed');
    expect(body).toContain('Your profile: username, bio and links');
    expect(body).toContain('href="/auth/tiktok?again"');
    expect((await visitor.get(`${origin}/profile`)).body).toContain('Mina Park');
    const { location = '' } = await visitor.get(`${origin}/auth/tiktok?again`);
    expect(new URL(location).searchParams.get('disable_auto_auth')).toBe('1');
  });

  it('without the basic scope nothing is kept, here or at TikTok', async () => {
    const visitor = await open();
    const { body } = await visitor.visit(await consent(visitor, { scopes: ['user.info.profile'] }));
    expect(body).toContain('nothing was kept');
    expect(emulator.count('revoke')).toBe(1);
    await expect(oauth.getTokenInfo(openId())).resolves.toBeNull();
    expect((await visitor.get(`${origin}/profile`)).location).toBe(`${origin}/`);
  });
});

describe('the state (D18)', () => {
  const refused = async (visitor: Visitor, url: string) => {
    const { status, body } = await visitor.get(url);
    expect(status).toBe(400);
    expect(body).toContain('This sign-in is no longer valid');
    expect(body).toContain('Sign in again');
  };

  it.each([
    ['missing', (url: URL) => url.searchParams.delete('state')],
    ['foreign', (url: URL) => url.searchParams.set('state', 'f'.repeat(64))],
  ])('%s: refused before any token request', async (_name, change) => {
    const visitor = await open();
    const callback = new URL(await consent(visitor));
    change(callback);
    await refused(visitor, callback.href);
    expect(emulator.requests({ operation: 'token' })).toEqual([]);
  });

  it('of another browser: refused before any token request', async () => {
    const visitor = await open();
    const callback = await consent(visitor);
    const stranger = new Visitor();
    await consent(stranger);
    await refused(stranger, callback);
    await refused(new Visitor(), callback);
    expect(emulator.requests({ operation: 'token' })).toEqual([]);
  });

  it('expired: refused before any token request', async () => {
    const visitor = await open();
    const callback = await consent(visitor);
    now += 11 * MINUTE;
    await refused(visitor, callback);
    expect(emulator.requests({ operation: 'token' })).toEqual([]);
  });

  it('reused: refused, and only the first use asked for a token', async () => {
    const visitor = await open();
    const callback = await consent(visitor);
    expect((await visitor.get(callback)).location).toBe(`${origin}/profile`);
    await refused(visitor, callback);
    expect(emulator.requests({ operation: 'token' })).toHaveLength(1);
  });

  it('is gone after a failed try too, and after two at once only one goes through', async () => {
    const visitor = await open();
    const callback = await consent(visitor);
    const forged = new URL(callback);
    forged.searchParams.set('state', 'f'.repeat(64));
    await refused(visitor, forged.href);
    await refused(visitor, callback);
    const again = await consent(visitor);
    const both = await Promise.all([visitor.get(again), visitor.clone().get(again)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 400]);
    expect(emulator.requests({ operation: 'token' })).toHaveLength(1);
  });
});

describe('the session', () => {
  it('its cookie is signed, HttpOnly and SameSite=Lax, and new after the sign-in', async () => {
    const visitor = await open();
    const before = await visitor.get(`${origin}/auth/tiktok`);
    expect(before.setCookies).toEqual([
      expect.stringMatching(/^tt\.sid=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/),
    ]);
    const after = await visitor.get(await emulator.consent(before.location ?? ''));
    expect(after.setCookies).toHaveLength(1);
    expect(after.setCookies[0]?.split(';')[0]).not.toBe(before.setCookies[0]?.split(';')[0]);
  });

  it('its cookie is Secure behind https', async () => {
    await open({}, { origin: 'https://app.example' });
    const port = (server.address() as AddressInfo).port;
    // A proxy in front says who was asked for, and how.
    const response = await new Promise<http.IncomingMessage>((resolve) => {
      const headers = { host: 'upstream', 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' };
      http.get({ port, path: '/auth/tiktok', headers }, resolve);
    });
    response.resume();
    expect(response.headers.location).toMatch(new RegExp(`^${emulator.url}/`));
    expect(response.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(response.headers['strict-transport-security']).toBeDefined();
  });

  it('its cookie is signed with the secret that was set', async () => {
    const visitor = await open({}, { sessionSecret: 's'.repeat(32) });
    const { setCookies } = await visitor.get(`${origin}/auth/tiktok`);
    const [, id = '', signature] = /^tt\.sid=s%3A([^.]+)\.([^;]+)/.exec(setCookies[0] ?? '') ?? [];
    const expected = createHmac('sha256', 's'.repeat(32)).update(id).digest('base64').replace(/=+$/, '');
    expect(decodeURIComponent(signature ?? '')).toBe(expected);
  });

  it('a cookie whose signature is wrong is no session', async () => {
    const visitor = await open();
    await signIn(visitor);
    const { location } = await new Visitor().get(`${origin}/profile`, { cookie: 'tt.sid=s%3Aguess.signature' });
    expect(location).toBe(`${origin}/`);
  });
});

describe('disconnecting', () => {
  it('revokes at TikTok, forgets here, and says so once', async () => {
    const visitor = await open();
    const { body } = await signIn(visitor);
    const done = await visitor.post(`${origin}/disconnect`, { csrf: csrfOf(body) });
    expect(done.location).toBe(`${origin}/`);
    expect((await visitor.get(`${origin}/`)).body).toContain('Your TikTok account is disconnected.');
    expect((await visitor.get(`${origin}/`)).body).not.toContain('disconnected');
    expect((await visitor.get(`${origin}/profile`)).location).toBe(`${origin}/`);
    expect(emulator.requests({ operation: 'revoke' })).toMatchObject([{ status: 200 }]);
    await expect(oauth.getTokenInfo(openId())).resolves.toBeNull();
  });

  it('works from each of two pages that were loaded at once', async () => {
    const visitor = await open();
    await signIn(visitor);
    const [first, second] = await Promise.all([visitor.get(`${origin}/profile`), visitor.get(`${origin}/profile`)]);
    expect(csrfOf(first.body)).toBe(csrfOf(second.body));
    expect((await visitor.post(`${origin}/disconnect`, { csrf: csrfOf(first.body) })).status).toBe(303);
  });

  it('with TikTok gone it forgets, and says what it could not do', async () => {
    const visitor = await open();
    const { body } = await signIn(visitor);
    await emulator.close();
    await visitor.post(`${origin}/disconnect`, { csrf: csrfOf(body) });
    expect((await visitor.get(`${origin}/`)).body).toContain('TikTok could not be told');
    await expect(oauth.getTokenInfo(openId())).resolves.toBeNull();
  });

  it.each([{}, { csrf: '' }, { csrf: 'f'.repeat(64) }])('is refused with the form %j', async (form) => {
    const visitor = await open();
    await signIn(visitor);
    expect((await visitor.post(`${origin}/disconnect`, form)).status).toBe(403);
    expect(emulator.count('revoke')).toBe(0);
    expect((await visitor.get(`${origin}/profile`)).status).toBe(200);
  });

  it('is refused with the token of another session, and as a GET', async () => {
    const visitor = await open();
    const { body } = await signIn(visitor);
    const stranger = new Visitor();
    await signIn(stranger);
    expect((await stranger.post(`${origin}/disconnect`, { csrf: csrfOf(body) })).status).toBe(403);
    expect((await visitor.get(`${origin}/disconnect`)).status).toBe(404);
  });
});

describe('when things fail', () => {
  it('a token that TikTok refuses before its time is replaced, without the person noticing', async () => {
    let emulated = Date.now();
    const visitor = await open({ now: () => emulated });
    await signIn(visitor);
    emulated += 25 * 60 * MINUTE;
    expect((await visitor.get(`${origin}/profile`)).status).toBe(200);
    expect(emulator.requests({ operation: 'user_info' }).map(({ status }) => status)).toEqual([200, 401, 200]);
    expect(emulator.count('token', 'refresh_token')).toBe(1);
  });

  it('access revoked elsewhere asks to sign in again', async () => {
    const visitor = await open();
    await signIn(visitor);
    const [{ clientKey, clientSecret }] = emulator.clients;
    const info = await oauth.getTokenInfo(openId());
    // The person disconnects the app at TikTok.
    await fetch(`${emulator.url}/v2/oauth/revoke/`, {
      method: 'POST',
      body: new URLSearchParams({ client_key: clientKey, client_secret: clientSecret, token: info?.token ?? '' }),
    });
    const { status, body } = await visitor.get(`${origin}/profile`);
    expect(status).toBe(401);
    expect(body).toContain('Please sign in again');
  });

  it('TikTok gone: a friendly page with a reference that stands in the log too', async () => {
    const visitor = await open();
    await signIn(visitor);
    await emulator.close();
    const { status, body, headers } = await visitor.get(`${origin}/profile`);
    const reference = headers.get('x-correlation-id') ?? 'none';
    expect(status).toBe(502);
    expect(body).toContain('TikTok is not answering just now');
    expect(body).toContain(reference);
    expect(lines.join('')).toContain(`"correlationId":"${reference}"`);
  });

  it('takes a good correlation id from outside, and replaces a bad one', async () => {
    const visitor = await open();
    const header = async (id: string) =>
      (await visitor.get(origin, { 'x-correlation-id': id })).headers.get('x-correlation-id');
    await expect(header('edge-1.2')).resolves.toBe('edge-1.2');
    await expect(header('bad id <b>')).resolves.toMatch(/^tt-/);
  });

  it('a page that does not exist', async () => {
    const visitor = await open();
    expect((await visitor.get(`${origin}/nowhere`)).status).toBe(404);
  });
});

it('tokens, codes and secrets reach neither the browser nor the log', async () => {
  const visitor = await open();
  const callback = await consent(visitor);
  const { body } = await visitor.visit(callback);
  const info = await oauth.getTokenInfo(openId());
  await visitor.post(`${origin}/disconnect`, { csrf: csrfOf(body) });
  const code = new URL(callback).searchParams.get('code') ?? 'none';
  const shown = visitor.seen.join('\n');
  const logged = lines.join('\n');
  expect(info?.token).toMatch(/^act\./);
  for (const secret of [info?.token ?? 'none', emulator.clients[0].clientSecret, code]) {
    expect(shown).not.toContain(secret);
    expect(logged).not.toContain(secret);
  }
  expect(shown).not.toMatch(/\b(act|rft|clt)\./);
});

/** The id under which the tokens of the emulator's first user are kept. */
function openId(): string {
  return emulator.users[0].openIds[emulator.clients[0].clientKey] ?? 'none';
}
