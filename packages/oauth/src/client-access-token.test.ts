import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';
import { startScriptedTikTok } from './test-support/scripted-tiktok.js';

const MINUTE = 60_000;

describe('getClientAccessToken', () => {
  it('gives one token to everyone, until five minutes before its end', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const begun = tiktok.now();
    const tokens = await Promise.all([1, 2, 3].map(() => oauth.getClientAccessToken()));
    const [first] = tokens;
    expect(first).toMatchObject({
      token: expect.stringMatching(/^clt\./),
      tokenType: 'Bearer',
      expiresAt: new Date(begun + 120 * MINUTE),
    });
    for (const other of tokens) expect(other.token).toBe(first?.token);
    emulator.clock.advance(115 * MINUTE - 1);
    expect((await oauth.getClientAccessToken()).token).toBe(first?.token);
    expect(emulator.count('token', 'client_credentials')).toBe(1);
    emulator.clock.advance(1);
    expect((await oauth.getClientAccessToken()).token).not.toBe(first?.token);
    expect(emulator.count('token', 'client_credentials')).toBe(2);
  });

  it('replaces a short-lived one in the last tenth of its life', async () => {
    await using tiktok = await startEmulatedTikTok({}, { lifetimes: { clientTokenSeconds: 100 } });
    const { oauth, emulator } = tiktok;
    await oauth.getClientAccessToken();
    emulator.clock.advance(89_999);
    await oauth.getClientAccessToken();
    expect(emulator.count('token')).toBe(1);
    emulator.clock.advance(1);
    await oauth.getClientAccessToken();
    expect(emulator.count('token')).toBe(2);
  });

  it('does not give again a token that TikTok has refused', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const { token: rejected } = await oauth.getClientAccessToken();
    const [one, two] = await Promise.all([1, 2].map(() => oauth.getClientAccessToken({ rejected })));
    expect(one?.token).not.toBe(rejected);
    expect(two?.token).toBe(one?.token);
    // It was replaced already.
    await expect(oauth.getClientAccessToken({ rejected })).resolves.toMatchObject({ token: one?.token });
    expect(emulator.count('token')).toBe(2);
  });

  it('serves what is still valid when no new one can be had, and nothing beyond its end', async () => {
    await using tiktok = await startEmulatedTikTok({ policy: { retry: { attempts: 1 } } });
    const { oauth, emulator } = tiktok;
    const { token } = await oauth.getClientAccessToken();
    emulator.fail('token', 'server_error');
    emulator.clock.advance(120 * MINUTE - 1);
    await expect(oauth.getClientAccessToken()).resolves.toMatchObject({ token });
    expect(tiktok.lines.join()).toContain('No new client access token');
    await expect(oauth.getClientAccessToken({ rejected: token })).rejects.toMatchObject({ type: 'SERVER_ERROR' });
    emulator.clock.advance(1);
    await expect(oauth.getClientAccessToken()).rejects.toMatchObject({
      type: 'SERVER_ERROR',
      operation: 'token.client',
    });
  });

  it('asks again after a failure, and again within the call where that can help', async () => {
    await using tiktok = await startEmulatedTikTok();
    tiktok.emulator.fail('token', { kind: 'reset', after: 'effect' }, { times: 2 });
    await expect(tiktok.oauth.getClientAccessToken()).resolves.toHaveProperty('token');
    await using refusing = await startEmulatedTikTok({ clientSecret: 'wrong' });
    for (const sends of [1, 2]) {
      await expect(refusing.oauth.getClientAccessToken()).rejects.toMatchObject({ type: 'INVALID_CREDENTIALS' });
      expect(refusing.emulator.count('token')).toBe(sends);
    }
  });

  it('shows the token to no log, JSON or inspect (D11)', async () => {
    await using tiktok = await startEmulatedTikTok();
    const token = await tiktok.oauth.getClientAccessToken();
    expect(token.reveal().token).toBe(token.token);
    const output = [inspect(token), JSON.stringify(token), ...tiktok.lines].join();
    expect(output).toContain('Bearer');
    expect(output).not.toContain(token.token);
  });

  it('one caller who gives up takes nothing from the others', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const stopped = new AbortController();
    const impatient = oauth.getClientAccessToken({ signal: stopped.signal });
    const patient = oauth.getClientAccessToken();
    stopped.abort('gone');
    await expect(impatient).rejects.toBe('gone');
    await expect(patient).resolves.toHaveProperty('token');
    await expect(oauth.getClientAccessToken({ signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect(emulator.count('token')).toBe(1);
  });

  it('names what is missing in the answer, after having asked three times', async () => {
    await using scripted = await startScriptedTikTok(() => ({ body: { token_type: 'Bearer', expires_in: 7_200 } }));
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    await expect(tiktok.oauth.getClientAccessToken()).rejects.toMatchObject({
      type: 'SERVER_ERROR',
      message: expect.stringContaining('`access_token` is missing'),
    });
    expect(scripted.forms.map((form) => form.grant_type)).toEqual(Array(3).fill('client_credentials'));
  });
});
