import { createLogger } from '@tt/logger';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryTokenStore } from '../memory-token-store.js';
import type { TikTokOAuthOptions } from '../oauth-options.js';
import { aRecord } from '../test-support/records.js';
import {
  oauthError,
  type Reply,
  type ScriptedTikTok,
  startScriptedTikTok,
  tokenAnswer,
} from '../test-support/scripted-tiktok.js';
import { createTikTokOAuth, type TikTokOAuth } from '../tiktok-oauth.js';
import type { TokenRecord } from '../token-record.js';
import type { TokenStore } from '../token-store.js';

const HOUR = 3_600_000;
const key = { clientKey: 'awclient', userId: 'u1' };

let tiktok: ScriptedTikTok;
let oauth: TikTokOAuth;
let store: TokenStore;

afterEach(async () => {
  await oauth.close();
  await tiktok[Symbol.asyncDispose]();
});

function client(options: Partial<TikTokOAuthOptions> = {}): TikTokOAuth {
  return createTikTokOAuth({
    clientKey: key.clientKey,
    clientSecret: 'secret',
    redirectUri: 'http://localhost:3000/cb',
    apiBaseUrl: tiktok.url,
    store,
    logger: createLogger({ level: 'ERROR' }),
    policy: { timeoutMs: 300, retry: { baseDelayMs: 1 } },
    ...options,
  });
}

/** An account with the pair `act.old` / `rft.old`, and a TikTok that answers as the test says. */
async function open(
  record: Partial<TokenRecord>,
  reply: (form: Readonly<Record<string, string>>, index: number) => Reply | Promise<Reply>,
) {
  tiktok = await startScriptedTikTok(reply);
  store = new MemoryTokenStore();
  await write(record);
  oauth = client();
}

async function write(fields: Partial<TokenRecord>): Promise<void> {
  const found = await store.get(key);
  const record = aRecord({ accessToken: 'act.old', refreshToken: 'rft.old', ...fields });
  await store.put(key, record, { ifVersion: found?.version ?? null, expiresInMs: 1e12, dueAt: 0 });
}

/** Instants of a token that lived 24 h, seen `hours` before its end; negative for after it. */
function hoursLeft(hours: number): Partial<TokenRecord> {
  const end = Date.now() + hours * HOUR;
  return { obtainedAt: end - 24 * HOUR, accessTokenExpiresAt: end, refreshTokenExpiresAt: end + 300 * 24 * HOUR };
}

const expired = hoursLeft(-1);
const dueButValid = hoursLeft(1);

describe('one refresh, everywhere (D2)', () => {
  it('1,000 callers in one process make one request', async () => {
    await open(expired, () => tokenAnswer('new'));
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => oauth.getValidToken('u1')));
    expect(new Set(tokens)).toEqual(new Set(['act.new']));
    expect(tiktok.forms).toEqual([expect.objectContaining({ grant_type: 'refresh_token', refresh_token: 'rft.old' })]);
  });

  it('two instances on one store make one request, and both get its result', async () => {
    await open(expired, () => ({ ...(tokenAnswer('new') as object), afterMs: 150 }) as Reply);
    const other = client();
    const tokens = await Promise.all([oauth.getValidToken('u1'), other.getValidToken('u1')]);
    expect(tokens).toEqual(['act.new', 'act.new']);
    expect(tiktok.forms).toHaveLength(1);
    await other.close();
  });

  it('sends nothing where the store cannot give the lease', async () => {
    await open(expired, () => tokenAnswer('new'));
    const acquire = store.acquire.bind(store);
    store.acquire = () => Promise.reject(new Error('connection lost'));
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_STORE_ERROR' });
    expect(tiktok.forms).toHaveLength(0);
    store.acquire = acquire;
    oauth.resetCircuitBreaker();
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
  });

  it('somebody who did it just before we got the lease is believed: the record is read again under it', async () => {
    await open(expired, () => tokenAnswer('ours'));
    const acquire = store.acquire.bind(store);
    store.acquire = async (...args) => {
      await write({ accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...hoursLeft(24) });
      return acquire(...args);
    };
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.theirs');
    expect(tiktok.forms).toHaveLength(0);
  });

  it('somebody who did it while we waited for the lease is believed', async () => {
    await open(expired, () => tokenAnswer('ours'));
    const held = await store.acquire(key, { ttlMs: 5_000 });
    const waiting = oauth.getValidToken('u1');
    await write({ accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...hoursLeft(24) });
    await held?.lease.release();
    await expect(waiting).resolves.toBe('act.theirs');
    expect(tiktok.forms).toHaveLength(0);
  });
});

describe('a lease that outlives its first time (D2)', () => {
  it('is extended while the request runs', async () => {
    const slow = { ...(tokenAnswer('new') as object), afterMs: 5_200 } as Reply;
    await open(expired, () => slow);
    await oauth.close();
    oauth = client({ policy: { timeoutMs: 20_000 } });
    let extended = 0;
    const acquire = store.acquire.bind(store);
    store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      if (acquired === null) return null;
      const { lease, found } = acquired;
      return {
        found,
        lease: {
          lost: lease.lost,
          release: () => lease.release(),
          extend: () => {
            extended += 1;
            return lease.extend();
          },
        },
      };
    };
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(extended).toBe(1);
  }, 10_000);
});

describe('the point of no return (D3)', () => {
  it('a code exchange whose answer is lost is not sent again', async () => {
    await open(expired, () => 'cut');
    await expect(oauth.exchangeCodeForTokens('code')).rejects.toMatchObject({
      type: 'NETWORK_ERROR',
      outcomeUnknown: true,
    });
    expect(tiktok.forms).toHaveLength(1);
  });

  it('a caller’s abort while the token is still valid is an abort too', async () => {
    await open(dueButValid, () => ({ ...(tokenAnswer('new') as object), afterMs: 100 }) as Reply);
    const call = oauth.getValidToken('u1', { signal: AbortSignal.timeout(20) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each([
    ['went unanswered', 'cut' as const],
    ['was answered with a 500', { status: 500, body: '' }],
  ])('a send that %s in an earlier call is remembered: the reason is answer_lost', async (_name, reply) => {
    let down = true;
    await open(expired, () => (down ? reply : oauthError('invalid_grant')));
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ retryable: true });
    down = false;
    // By any process, since it stands in the record.
    await using other = client();
    await expect(other.getValidToken('u1')).rejects.toMatchObject({ code: 'sign_in_needed' });
    expect((await store.get(key))?.record.signInNeeded?.reason).toBe('answer_lost');
  });

  it('a caller’s abort ends that caller’s wait; the refresh goes on and is stored', async () => {
    await open(expired, () => ({ ...(tokenAnswer('new') as object), afterMs: 100 }) as Reply);
    const controller = new AbortController();
    const impatient = oauth.getValidToken('u1', { signal: controller.signal });
    const patient = oauth.getValidToken('u1');
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await expect(impatient).rejects.toThrow('enough');
    await expect(patient).resolves.toBe('act.new');
    expect((await store.get(key))?.record.refreshToken).toBe('rft.new');
  });

  it.each([
    ['a 500', { status: 500, body: '' }],
    ['HTML', { status: 502, body: '<html>' }],
    ['JSON cut off', { body: '{"access_token":"act.new"' }],
    ['temporarily_unavailable', oauthError('temporarily_unavailable', 503)],
  ] as const)('answered with %s: again with the same token, three sends in all', async (_name, reply) => {
    await open(expired, (_form, index) => (index < 2 ? reply : tokenAnswer('new')));
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(tiktok.forms.map((form) => form.refresh_token)).toEqual(['rft.old', 'rft.old', 'rft.old']);
  });

  it('sent without an answer: one more send, no third', async () => {
    await open(expired, () => 'cut');
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'NETWORK_ERROR', outcomeUnknown: true });
    expect(tiktok.forms).toHaveLength(2);
  });

  it('an answer that was lost and a token that was rotated by it: the reason is answer_lost', async () => {
    await open(expired, (_form, index) => (index === 0 ? 'cut' : oauthError('invalid_grant')));
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({
      type: 'TOKEN_EXPIRED',
      code: 'sign_in_needed',
      logId: 'LOG1',
    });
    expect((await store.get(key))?.record.signInNeeded).toMatchObject({ reason: 'answer_lost', logId: 'LOG1' });
  });

  it('a no on a pair that is no longer the stored one is no answer: the stored one is', async () => {
    await open(expired, async () => {
      await write({ accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...hoursLeft(24) });
      return oauthError('invalid_grant');
    });
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.theirs');
    expect((await store.get(key))?.record.signInNeeded).toBeUndefined();
  });
});

describe('no is not could-not-ask (D4)', () => {
  it('a confirmed no marks the account, keeps it, and nobody asks again', async () => {
    await open(expired, () => oauthError('invalid_grant', 200));
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_EXPIRED', code: 'sign_in_needed' });
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type: 'TOKEN_EXPIRED', code: 'sign_in_needed' });
    expect(tiktok.forms).toHaveLength(1);
    const stored = await store.get(key);
    expect(stored?.record).toMatchObject({
      refreshToken: 'rft.old',
      signInNeeded: { reason: 'refused', at: expect.any(Number), logId: 'LOG1' },
    });
  });

  it('an access token that is still valid keeps being served after a no', async () => {
    await open(dueButValid, () => oauthError('invalid_grant'));
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.old');
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.old');
    expect(tiktok.forms).toHaveLength(1);
  });

  it.each([
    ['a network error', 'cut', 'NETWORK_ERROR'],
    ['a 5xx', { status: 503, body: '' }, 'SERVER_ERROR'],
    ['a 429', { status: 429, body: '' }, 'RATE_LIMIT_ERROR'],
    ['wrong client credentials', oauthError('invalid_client', 401), 'INVALID_CREDENTIALS'],
  ] as const)('%s never marks it', async (_name, reply, type) => {
    await open(expired, () => reply);
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ type });
    expect((await store.get(key))?.record.signInNeeded).toBeUndefined();
  });

  it('while the token is valid, a failing refresh is invisible', async () => {
    await open(dueButValid, () => 'cut');
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.old');
  });

  it('while the token is valid, a refresh that hangs costs two seconds at most', async () => {
    await open(dueButValid, () => ({ ...(tokenAnswer('new') as object), afterMs: 2_500 }) as Reply);
    await oauth.close();
    oauth = client({ policy: { timeoutMs: 10_000 } });
    const started = performance.now();
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.old');
    expect(performance.now() - started).toBeGreaterThan(1_900);
    expect(performance.now() - started).toBeLessThan(2_450);
    // close() waits for the refresh, so its pair is not lost.
    await oauth.close();
    expect((await store.get(key))?.record.accessToken).toBe('act.new');
  });

  it('new tokens lift the mark', async () => {
    await open(expired, (form) =>
      form.grant_type === 'authorization_code' ? tokenAnswer('signed-in') : oauthError('invalid_grant'),
    );
    await oauth.getValidToken('u1').catch(() => undefined);
    await oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.signed-in');
  });
});

describe('writes compare (D6)', () => {
  it('a record that changed but still carries the spent token is written over, and a mark goes', async () => {
    await open(expired, async () => {
      await write({ ...expired, signInNeeded: { reason: 'refused', at: 1 } });
      return tokenAnswer('new');
    });
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    const stored = await store.get(key);
    expect(stored?.record.accessToken).toBe('act.new');
    expect(stored?.record.signInNeeded).toBeUndefined();
  });

  it('another pair that came meanwhile is kept, ours is dropped', async () => {
    await open(expired, async () => {
      await write({ accessToken: 'act.theirs', refreshToken: 'rft.theirs', ...hoursLeft(24) });
      return tokenAnswer('ours');
    });
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.theirs');
    expect((await store.get(key))?.record.refreshToken).toBe('rft.theirs');
  });

  it('a delete wins, and the pair that nobody owns is revoked at TikTok', async () => {
    await open(expired, async (form) => {
      if (form.grant_type !== 'refresh_token') return { body: {} };
      await store.delete(key);
      return tokenAnswer('orphan');
    });
    await expect(oauth.getValidToken('u1')).rejects.toMatchObject({ code: 'not_connected' });
    await expect(store.get(key)).resolves.toBeNull();
    await oauth.close();
    expect(tiktok.forms.at(-1)).toMatchObject({ token: 'act.orphan' });
  });

  it('an answer without a refresh token keeps the old one', async () => {
    await open(expired, () => tokenAnswer('new', { refresh_token: undefined, refresh_expires_in: undefined }));
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect((await store.get(key))?.record).toMatchObject({ refreshToken: 'rft.old', accessToken: 'act.new' });
  });

  it('a write that fails is tried again until it lands: it is the only copy', async () => {
    await open(expired, () => tokenAnswer('new'));
    const put = store.put.bind(store);
    let failures = 0;
    store.put = (...args) => {
      failures += 1;
      if (failures > 2) return put(...args);
      return Promise.reject(new Error('connection lost'));
    };
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    await expect.poll(async () => (await store.get(key))?.record.refreshToken).toBe('rft.new');
  });
});

describe('a refresh token that the caller brings', () => {
  it('is not sent while another pair is stored whose access token is valid', async () => {
    await open(hoursLeft(20), () => tokenAnswer('new'));
    await expect(oauth.refreshAccessToken('rft.spent', { userId: 'u1' })).resolves.toMatchObject({
      access_token: 'act.old',
    });
    expect(tiktok.forms).toHaveLength(0);
  });

  it.each([
    ['has run out', expired],
    ['is marked', { ...hoursLeft(20), signInNeeded: { reason: 'refused', at: 1 } as const }],
  ])('is tried, and its pair stored, where the stored one %s', async (_name, record) => {
    await open(record, () => tokenAnswer('new'));
    await expect(oauth.refreshAccessToken('rft.mine', { userId: 'u1' })).resolves.toMatchObject({
      refresh_token: 'rft.new',
    });
    expect(tiktok.forms).toMatchObject([{ refresh_token: 'rft.mine' }]);
    const stored = await store.get(key);
    expect(stored?.record.refreshToken).toBe('rft.new');
    expect(stored?.record.signInNeeded).toBeUndefined();
  });

  it('and that TikTok refuses says nothing about the stored one, which gets its own try', async () => {
    await open(expired, (form) =>
      form.refresh_token === 'rft.mine' ? oauthError('invalid_grant') : tokenAnswer('new'),
    );
    await expect(oauth.refreshAccessToken('rft.mine', { userId: 'u1' })).resolves.toMatchObject({
      refresh_token: 'rft.new',
    });
    expect(tiktok.forms.map((form) => form.refresh_token)).toEqual(['rft.mine', 'rft.old']);
  });
});

describe('what is stored', () => {
  it('counts the lifetime from when the request was sent, and says when it is due (D1)', async () => {
    await open(expired, () => ({ ...(tokenAnswer('new') as object), afterMs: 150 }) as Reply);
    const put = store.put.bind(store);
    let due = 0;
    store.put = (at, record, options) => {
      due = options.dueAt;
      return put(at, record, options);
    };
    const sentAt = Date.now();
    await oauth.getValidToken('u1');
    const record = (await store.get(key))?.record;
    expect(record?.obtainedAt).toBeLessThan(sentAt + 100);
    expect(due).toBeGreaterThan(sentAt + 21 * HOUR);
    expect(due).toBeLessThan(sentAt + 22 * HOUR);
  });

  it('a pair whose lifetime TikTok did not say is kept all the same', async () => {
    await open(expired, () => tokenAnswer('new', { expires_in: undefined }));
    await expect(oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect((await store.get(key))?.record.refreshToken).toBe('rft.new');
  });

  it('a sign-in is written over what came meanwhile, and tried again when the store fails', async () => {
    await open(expired, () => tokenAnswer('signed-in'));
    const put = store.put.bind(store);
    let puts = 0;
    store.put = async (...args) => {
      puts += 1;
      if (puts === 1) throw new Error('connection lost');
      if (puts === 2) {
        const found = await store.get(key);
        await put(key, aRecord({ accessToken: 'act.other' }), { ...args[2], ifVersion: found?.version ?? null });
      }
      return put(...args);
    };
    await oauth.exchangeCodeForTokens('code', { userId: 'u1' });
    expect((await store.get(key))?.record.accessToken).toBe('act.signed-in');
  });
});

it('a lease is given back whatever happens', async () => {
  await open(expired, () => oauthError('invalid_client', 401));
  await oauth.getValidToken('u1').catch(() => undefined);
  await expect(store.acquire(key, { ttlMs: 1 })).resolves.not.toBeNull();
});
