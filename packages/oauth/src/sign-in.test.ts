import { describe, expect, it } from 'vitest';
import { MemoryTokenStore } from './memory-token-store.js';
import { startEmulatedTikTok } from './test-support/emulated-tiktok.js';
import { oauthError, startScriptedTikTok, tokenAnswer } from './test-support/scripted-tiktok.js';

describe('giving up on a sign-in', () => {
  it('before it began sends nothing, and leaves the code good', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const { url, ...expected } = await tiktok.consent();
    const signal = AbortSignal.abort('before');
    await expect(oauth.handleCallback(url, { ...expected, signal })).rejects.toBe('before');
    await expect(oauth.exchangeCodeForTokens('x', { signal })).rejects.toBe('before');
    expect(emulator.count('token')).toBe(0);
    await expect(oauth.handleCallback(url, expected)).resolves.toHaveProperty('userId');
  });

  it('while the code is under way ends the wait only: its tokens are stored, and close waits for that (D3)', async () => {
    const store = new MemoryTokenStore();
    await using tiktok = await startEmulatedTikTok({ store });
    const { oauth, emulator } = tiktok;
    emulator.fail('token', { kind: 'slow_headers', delayMs: 100 });
    const { url, ...expected } = await tiktok.consent();
    const stopped = new AbortController();
    const signingIn = oauth.handleCallback(url, { ...expected, userId: 'u1', signal: stopped.signal });
    const reason = new Error('the browser is gone');
    stopped.abort(reason);
    await expect(signingIn).rejects.toBe(reason);
    await oauth.close();
    const [{ clientKey }] = emulator.clients;
    await expect(store.get({ clientKey, userId: 'u1' })).resolves.toMatchObject({
      record: { accessToken: expect.stringMatching(/^act\./) },
    });
  });

  it('does not undo a state that is wrong', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { signal } = new AbortController();
    await expect(tiktok.oauth.handleCallback('/cb?code=x', { state: undefined, signal })).rejects.toMatchObject({
      code: 'state_not_expected',
    });
  });
});

describe('what a sign-in asks of TikTok (D7)', () => {
  const exchange = async (reply: Parameters<typeof startScriptedTikTok>[0]) => {
    await using scripted = await startScriptedTikTok(reply);
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    const outcome = await tiktok.oauth.exchangeCodeForTokens('code*1!4608.va').then(
      () => 'tokens',
      ({ type }) => String(type),
    );
    return { outcome, forms: scripted.forms };
  };

  it('is one form with TikTok’s own parameter names', async () => {
    await using scripted = await startScriptedTikTok(() => tokenAnswer('a'));
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url, clientKey: 'awkey', clientSecret: 's' });
    await tiktok.oauth.exchangeCodeForTokens('code*1!4608.va', {
      codeVerifier: 'verifier',
      redirectUri: 'https://app.example/cb/',
    });
    expect(scripted.forms).toEqual([
      {
        client_key: 'awkey',
        client_secret: 's',
        grant_type: 'authorization_code',
        code: 'code*1!4608.va',
        redirect_uri: 'https://app.example/cb/',
        code_verifier: 'verifier',
      },
    ]);
  });

  it.each([
    ['an answer that was cut off', () => 'cut' as const, 'NETWORK_ERROR', 1],
    ['a server error', () => oauthError('server_error', 500), 'SERVER_ERROR', 1],
    ['a page of a gateway', () => ({ status: 502, body: '<html>' }), 'SERVER_ERROR', 1],
    ['a code that was refused', () => oauthError('invalid_grant'), 'TOKEN_EXPIRED', 1],
  ])('is not sent again after %s', async (_name, reply, type, sends) => {
    const { outcome, forms } = await exchange(reply);
    expect(outcome).toBe(type);
    expect(forms).toHaveLength(sends);
  });

  it('is sent again where it was turned away for coming too fast', async () => {
    const { outcome, forms } = await exchange((_form, index) =>
      index === 0 ? { status: 429, body: {} } : tokenAnswer('a'),
    );
    expect(outcome).toBe('tokens');
    expect(forms).toHaveLength(2);
  });

  it('is sent again where nothing was sent', async () => {
    let attempts = 0;
    await using tiktok = await startEmulatedTikTok({
      fetch: async () => {
        attempts += 1;
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' }),
        });
      },
    });
    await expect(tiktok.oauth.exchangeCodeForTokens('code')).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
    expect(attempts).toBe(3);
  });
});

describe('a callback', () => {
  it('may bring the code twice, as some do', async () => {
    await using tiktok = await startEmulatedTikTok({}, { callbackAuthCode: true });
    const { url, ...expected } = await tiktok.consent();
    expect(new URL(url).searchParams.has('auth_code')).toBe(true);
    await expect(tiktok.oauth.handleCallback(url, expected)).resolves.toHaveProperty('tokens');
  });

  it('may come in whatever form the framework has it', async () => {
    await using tiktok = await startEmulatedTikTok();
    const forms = [
      (url: URL) => url,
      (url: URL) => url.pathname + url.search,
      (url: URL) => url.searchParams,
      (url: URL) => Object.fromEntries(url.searchParams),
    ];
    for (const form of forms) {
      const { url, ...expected } = await tiktok.consent();
      await expect(tiktok.oauth.handleCallback(form(new URL(url)), expected)).resolves.toHaveProperty('tokens');
    }
  });
});

describe('what a sign-in grants', () => {
  it('is what the callback said, where the answer does not say', async () => {
    await using scripted = await startScriptedTikTok(() => tokenAnswer('a', { scope: undefined }));
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    const { state } = await tiktok.oauth.getAuthorizationUrl();
    const parameters = { code: 'x', state, scopes: 'user.info.basic,video.list' };
    const { grantedScopes, tokens } = await tiktok.oauth.handleCallback(parameters, { state });
    expect(grantedScopes).toEqual(['user.info.basic', 'video.list']);
    expect(tokens.scope).toBe('user.info.basic,video.list');
  });

  it('is what the answer says, where both do', async () => {
    await using scripted = await startScriptedTikTok(() => tokenAnswer('a', { scope: 'user.info.basic' }));
    await using tiktok = await startEmulatedTikTok({ apiBaseUrl: scripted.url });
    const { state } = await tiktok.oauth.getAuthorizationUrl();
    const parameters = { code: 'x', state, scopes: 'user.info.basic,video.list' };
    const { grantedScopes } = await tiktok.oauth.handleCallback(parameters, { state });
    expect(grantedScopes).toEqual(['user.info.basic']);
  });
});

describe('signals of the other calls', () => {
  it('end a refresh, a profile and a wait for a stored refresh with their reason', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { oauth, emulator } = tiktok;
    const { tokens, userId } = await tiktok.signIn();
    emulator.fail('*', { kind: 'slow_headers', delayMs: 200 });
    const calls = [
      (signal: AbortSignal) => oauth.getUserInfo(tokens.access_token, { signal }),
      (signal: AbortSignal) => oauth.refreshAccessToken(tokens.refresh_token, { signal }),
      (signal: AbortSignal) => oauth.refreshAccessToken(tokens.refresh_token, { signal, userId }),
    ];
    for (const call of calls) {
      await expect(call(AbortSignal.abort('before'))).rejects.toBe('before');
      const stopped = new AbortController();
      const running = call(stopped.signal);
      setImmediate(() => stopped.abort('gone'));
      await expect(running).rejects.toBe('gone');
    }
  });

  it('end a revocation, which never throws', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { tokens } = await tiktok.signIn();
    const revoked = tiktok.oauth.revokeAccess(tokens.access_token, { signal: AbortSignal.abort() });
    await expect(revoked).resolves.toBe(false);
    expect(tiktok.emulator.count('revoke')).toBe(0);
  });

  it('a revocation under way is waited for by close, and none is begun after it', async () => {
    await using tiktok = await startEmulatedTikTok();
    const { tokens } = await tiktok.signIn();
    tiktok.emulator.fail('revoke', { kind: 'slow_headers', delayMs: 50 });
    const revoked = tiktok.oauth.revokeAccess(tokens.access_token);
    await tiktok.oauth.close();
    await expect(revoked).resolves.toBe(true);
    await expect(tiktok.oauth.revokeAccess(tokens.access_token)).resolves.toBe(false);
    expect(tiktok.emulator.count('revoke')).toBe(1);
  });
});
