import { describe, expect, it } from 'vitest';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';

const MINUTE = 60_000;

describe('validateCredentials', () => {
  it('looks at the shape without asking TikTok, and keeps the answer for five minutes', async () => {
    await using tiktok = await startEmulatedTikTok({ clientSecret: 'wrong' });
    const { oauth, emulator } = tiktok;
    const begun = tiktok.now();
    const first = await oauth.validateCredentials();
    expect(first).toEqual({ valid: true, problems: [], checkedAt: new Date(begun), live: false });
    emulator.clock.advance(5 * MINUTE - 1);
    await expect(oauth.validateCredentials()).resolves.toEqual(first);
    emulator.clock.advance(1);
    await expect(oauth.validateCredentials()).resolves.toEqual({ ...first, checkedAt: new Date(begun + 5 * MINUTE) });
    expect(emulator.count()).toBe(0);
  });

  it('clearValidationCache makes the next call look again', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const { checkedAt } = await oauth.validateCredentials();
    emulator.clock.advance(MINUTE);
    oauth.clearValidationCache();
    const again = await oauth.validateCredentials();
    expect(again.checkedAt.getTime()).toBe(checkedAt.getTime() + MINUTE);
  });

  it('asks TikTok where it is told to, once for everyone and at most every five minutes', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    await oauth.validateCredentials();
    const begun = tiktok.now();
    const checks = await Promise.all([1, 2, 3].map(() => oauth.validateCredentials({ live: true })));
    for (const check of checks)
      expect(check).toEqual({ valid: true, problems: [], checkedAt: new Date(begun), live: true });
    expect(emulator.count('token', 'client_credentials')).toBe(1);
    emulator.clock.advance(5 * MINUTE - 1);
    await expect(oauth.validateCredentials({ live: true })).resolves.toEqual(checks[0]);
    // Without `live` TikTok's word is as good as ours.
    await expect(oauth.validateCredentials()).resolves.toEqual(checks[0]);
    expect(emulator.count('token')).toBe(1);
    emulator.clock.advance(1);
    await expect(oauth.validateCredentials({ live: true })).resolves.toMatchObject({ live: true });
    expect(emulator.count('token', 'client_credentials')).toBe(2);
    oauth.clearValidationCache();
    await oauth.validateCredentials({ live: true });
    expect(emulator.count('token', 'client_credentials')).toBe(3);
  });

  it('says what TikTok said of wrong credentials, at HTTP 200 too', async () => {
    for (const oauthErrorStatus of ['4xx', '200'] as const) {
      await using tiktok = await startEmulatedTikTok({ clientSecret: 'wr0ng-s3cret' }, { oauthErrorStatus });
      const { valid, problems, live } = await tiktok.oauth.validateCredentials({ live: true });
      expect({ valid, live }).toEqual({ valid: false, live: true });
      expect(problems).toEqual([
        expect.stringMatching(/invalid_client: Client key or secret is incorrect.*, log id \S+/),
      ]);
      expect(problems.join()).not.toContain('wr0ng-s3cret');
    }
  });

  it('knows a draft app by its refusal', async () => {
    await using tiktok = await startEmulatedTikTok(
      { clientKey: 'awdraft', clientSecret: 'secret' },
      {
        clients: [
          { clientKey: 'awdraft', clientSecret: 'secret', redirectUris: ['https://a.example'], status: 'draft' },
        ],
      },
    );
    await expect(tiktok.oauth.validateCredentials({ live: true })).resolves.toMatchObject({
      valid: false,
      problems: [expect.stringContaining('unauthorized_client')],
    });
  });

  it('remembers an invalid_client of any other call, for longer than five minutes, until TikTok takes it back', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    await oauth.validateCredentials();
    emulator.fail('token', 'invalid_client', { times: 1 });
    await expect(oauth.exchangeCodeForTokens('x')).rejects.toMatchObject({ code: 'invalid_client' });
    const refused = { valid: false, checkedAt: new Date(tiktok.now()), live: true };
    await expect(oauth.validateCredentials()).resolves.toMatchObject(refused);
    emulator.clock.advance(60 * MINUTE);
    await expect(oauth.validateCredentials()).resolves.toMatchObject(refused);
    // Any grant takes it back, such as a sign-in.
    await tiktok.signIn();
    await expect(oauth.validateCredentials()).resolves.toEqual({
      valid: true,
      problems: [],
      checkedAt: new Date(tiktok.now()),
      live: true,
    });
  });

  it('forgets a refusal when it is told to', async () => {
    await using tiktok = await startEmulatedTikTok({ clientSecret: 'wrong' });
    await tiktok.oauth.validateCredentials({ live: true });
    tiktok.oauth.clearValidationCache();
    await expect(tiktok.oauth.validateCredentials()).resolves.toMatchObject({ valid: true, live: false });
  });

  it('takes a refused code for no word about the credentials', async () => {
    await using tiktok = await startEmulatedTikTok();
    await expect(tiktok.oauth.exchangeCodeForTokens('x')).rejects.toMatchObject({ code: 'invalid_grant' });
    await expect(tiktok.oauth.validateCredentials()).resolves.toMatchObject({ valid: true, live: false });
  });

  it('that TikTok could not be asked is neither a yes nor a no (D4)', async () => {
    await using tiktok = await startEmulatedTikTok({ policy: { retry: { attempts: 1 } } });
    const { oauth, emulator } = tiktok;
    emulator.fail('token', 'html', { times: 1 });
    await expect(oauth.validateCredentials({ live: true })).rejects.toMatchObject({ type: 'SERVER_ERROR' });
    await expect(oauth.validateCredentials()).resolves.toMatchObject({ valid: true, live: false });
    await expect(oauth.validateCredentials({ live: true })).resolves.toMatchObject({ valid: true, live: true });
  });

  it('a caller who gives up gets the signal’s reason, and the check goes on', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    await expect(oauth.validateCredentials({ signal: AbortSignal.abort('before') })).rejects.toBe('before');
    const stopped = new AbortController();
    const check = oauth.validateCredentials({ live: true, signal: stopped.signal });
    stopped.abort('gone');
    await expect(check).rejects.toBe('gone');
    await expect(oauth.validateCredentials({ live: true })).resolves.toMatchObject({ valid: true, live: true });
    expect(emulator.count('token', 'client_credentials')).toBe(1);
  });
});

describe('a client key with an unusual beginning', () => {
  const warnings = (lines: readonly string[]) => lines.filter((line) => line.includes('begins neither'));

  it('is a warning, once, at its first use', async () => {
    const clients = [{ clientKey: '7abc', clientSecret: 'secret', redirectUris: ['https://a.example'] }];
    await using tiktok = await startEmulatedTikTok({ clientKey: '7abc', clientSecret: 'secret' }, { clients });
    expect(tiktok.lines).toEqual([]);
    await tiktok.oauth.getAuthorizationUrl();
    expect(warnings(tiktok.lines)).toHaveLength(1);
    await expect(tiktok.oauth.validateCredentials({ live: true })).resolves.toMatchObject({
      valid: true,
      problems: [],
    });
    await tiktok.oauth.getAuthorizationUrl();
    expect(warnings(tiktok.lines)).toHaveLength(1);
  });

  it.each(['validateCredentials', 'getClientAccessToken'] as const)(
    'is one also where %s is the first',
    async (first) => {
      const clients = [{ clientKey: '7abc', clientSecret: 'secret', redirectUris: ['https://a.example'] }];
      await using tiktok = await startEmulatedTikTok({ clientKey: '7abc', clientSecret: 'secret' }, { clients });
      await tiktok.oauth[first]();
      expect(warnings(tiktok.lines)).toHaveLength(1);
    },
  );

  it.each(['awkey', 'sbawkey'])('%s has none', async (clientKey) => {
    await using tiktok = await startEmulatedTikTok({ clientKey });
    await tiktok.oauth.getAuthorizationUrl();
    expect(tiktok.lines).toEqual([]);
  });
});
