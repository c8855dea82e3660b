import { describe, expect, it } from 'vitest';
import { connectedAccount, due, expired, fresh } from '../test-support/connected-account.js';
import { aRecord } from '../test-support/records.js';
import { type Reply, tokenAnswer } from '../test-support/scripted-tiktok.js';
import { SharedRefresh, type Waiters } from './shared-refresh.js';

const slowly = (name: string, afterMs: number): Reply => ({ ...(tokenAnswer(name) as object), afterMs }) as Reply;

/** A shared refresh that ends when the test says. */
function aRefresh() {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let waiters: Waiters | undefined;
  const refresh = new SharedRefresh(async (given) => {
    waiters = given;
    await finished;
    given.signal.throwIfAborted();
    return aRecord();
  });
  if (waiters === undefined) throw new Error('not begun');
  return { refresh, waiters, finish };
}

describe('a refresh that callers share (D3)', () => {
  it('is called off when everyone has given up and nothing was sent', async () => {
    const { refresh, waiters } = aRefresh();
    const first = new AbortController();
    const second = new AbortController();
    const calls = [refresh.join(first.signal), refresh.join(second.signal)];
    first.abort(new Error('first gave up'));
    await expect(calls[0]).rejects.toThrow('first gave up');
    expect(waiters.signal.aborted).toBe(false);
    second.abort(new Error('second gave up'));
    await expect(calls[1]).rejects.toThrow('second gave up');
    expect(waiters.signal.aborted).toBe(true);
    expect(refresh.cancelled).toBe(true);
  });

  it('goes on past the point of no return, whoever gives up', async () => {
    const { refresh, waiters, finish } = aRefresh();
    const only = new AbortController();
    const call = refresh.join(only.signal);
    waiters.pointOfNoReturn();
    only.abort(new Error('gave up'));
    await expect(call).rejects.toThrow('gave up');
    expect(waiters.signal.aborted).toBe(false);
    finish();
    await expect(refresh.result).resolves.toEqual(aRecord());
  });

  it('goes on for those who cannot give up', async () => {
    const { refresh, waiters, finish } = aRefresh();
    const impatient = new AbortController();
    const patient = refresh.join(undefined);
    const call = refresh.join(impatient.signal);
    impatient.abort(new Error('gave up'));
    await expect(call).rejects.toThrow('gave up');
    expect(waiters.signal.aborted).toBe(false);
    finish();
    await expect(patient).resolves.toEqual(aRecord());
  });

  it('whose callers have all gone before anything was sent sends nothing, and the next caller starts anew', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const held = await account.store.acquire(account.key, { ttlMs: 5_000 });
    const caller = new AbortController();
    const call = account.oauth.getValidToken('u1', { signal: caller.signal });
    setTimeout(() => caller.abort(new Error('gave up')), 50);
    await expect(call).rejects.toThrow('gave up');
    await held?.lease.release();
    expect(account.tiktok.forms).toHaveLength(0);
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
  });

  it('whose only caller gives up once it was sent goes on, and its pair is stored', async () => {
    const caller = new AbortController();
    await using account = await connectedAccount(expired, () => {
      setTimeout(() => caller.abort(new Error('gave up')), 20);
      return slowly('new', 200);
    });
    await expect(account.oauth.getValidToken('u1', { signal: caller.signal })).rejects.toThrow('gave up');
    await expect.poll(async () => (await account.stored())?.record.refreshToken).toBe('rft.new');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('that is being called off is joined by nobody: who comes then does not hear of it', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { acquire } = account.store;
    account.store.acquire = async (...args) => {
      account.store.acquire = acquire;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return acquire(...args);
    };
    const caller = new AbortController();
    const first = account.oauth.getValidToken('u1', { signal: caller.signal });
    setTimeout(() => caller.abort(new Error('gave up')), 50);
    await expect(first).rejects.toThrow('gave up');
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('whose callers have gone while the lease was being taken gives it back', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'));
    const { acquire } = account.store;
    const caller = new AbortController();
    account.store.acquire = async (...args) => {
      const acquired = await acquire(...args);
      caller.abort(new Error('gave up'));
      return acquired;
    };
    await expect(account.oauth.getValidToken('u1', { signal: caller.signal })).rejects.toThrow('gave up');
    await expect.poll(() => acquire(account.key, { ttlMs: 1_000 })).not.toBeNull();
    expect(account.tiktok.forms).toHaveLength(0);
  });

  it('a signal that has aborted already asks nobody, though a token is in memory', async () => {
    await using account = await connectedAccount(fresh, () => tokenAnswer('new'));
    await account.oauth.getValidToken('u1');
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(account.oauth.getValidToken('u1', { signal })).rejects.toThrow('too late');
  });
});

describe('refreshing in the background', () => {
  it('serves the token that is due at once, and the new one afterwards', async () => {
    await using account = await connectedAccount(due, () => slowly('new', 300), { refreshInBackground: true });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.old');
    await expect.poll(() => account.oauth.getValidToken('u1')).toBe('act.new');
    expect(account.tiktok.forms).toHaveLength(1);
  });

  it('is not called off by the caller who started it', async () => {
    const caller = new AbortController();
    await using account = await connectedAccount(due, () => tokenAnswer('new'), { refreshInBackground: true });
    await account.oauth.getValidToken('u1', { signal: caller.signal });
    caller.abort(new Error('the request is over'));
    await account.oauth.close();
    expect((await account.stored())?.record.accessToken).toBe('act.new');
  });

  it('is waited for where no valid token is left', async () => {
    await using account = await connectedAccount(expired, () => tokenAnswer('new'), { refreshInBackground: true });
    await expect(account.oauth.getValidToken('u1')).resolves.toBe('act.new');
  });
});
