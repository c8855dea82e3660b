import { inspect } from 'node:util';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
import { isPassing, redisFailure, redisTimeout } from './redis-failure.js';
import { startProxy } from './testing/proxy.js';
import { putOptions, recordOf } from './testing/records.js';

const key = { clientKey: 'aw1', userId: 'user-1' };

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis({ args: ['--requirepass', 'pass-canary'] });
  admin = new Redis(server.url, { password: 'pass-canary' });
}, 240_000);

afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const urlWith = (user: string) => server.url.replace('//', `//${user}@`);

/** Everything that anybody could print of an error. */
function visible(error: unknown): string {
  const parts = [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error)];
  for (let current = error; current instanceof Error; current = current.cause) {
    parts.push(String(current), String(current.stack), inspect({ ...current }, { depth: 10 }));
  }
  return parts.join('\n');
}

async function failureOf(url: string): Promise<unknown> {
  const store = createRedisTokenStore({ url, plaintext: true });
  try {
    return await store.put(key, recordOf('a'), putOptions()).catch((error: unknown) => error);
  } finally {
    await store.close();
  }
}

describe('what Redis refuses is a TOKEN_STORE_ERROR that says why, and shows no secret', () => {
  it('a wrong password', async () => {
    const failure = await failureOf(urlWith(':wrong-canary'));
    expect(failure).toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'redis_error',
      operation: 'store.put',
      message: expect.stringContaining('WRONGPASS'),
      retryable: false,
      outcomeUnknown: false,
    });
    expect(visible(failure)).not.toContain('canary');
  });

  it('no password', async () => {
    expect(await failureOf(server.url)).toMatchObject({
      code: 'redis_error',
      message: expect.stringContaining('NOAUTH'),
    });
  });

  it('no memory left', async () => {
    await admin.config('SET', 'maxmemory', '1');
    const failure = await failureOf(urlWith(':pass-canary'));
    await admin.config('SET', 'maxmemory', '0');
    expect(failure).toMatchObject({ code: 'redis_error', message: expect.stringContaining('OOM') });
    expect(visible(failure)).not.toContain('canary');
    expect(await failureOf(urlWith(':pass-canary'))).toMatchObject({ ok: true });
    await admin.flushall();
  });

  it('a user who may not run scripts', async () => {
    await admin.call('ACL', 'SETUSER', 'limited', 'on', '>limited-canary', '~*', '&*', '+@all', '-@scripting');
    const failure = await failureOf(urlWith('limited:limited-canary'));
    expect(failure).toMatchObject({ code: 'redis_error', message: expect.stringContaining('NOPERM') });
    expect(visible(failure)).not.toContain('canary');
  });

  it('a command it does not know, whose arguments it quotes', async () => {
    const renamed = await startRedis({ args: ['--rename-command', 'EVALSHA', '""'] });
    const failure = await failureOf(renamed.url);
    await renamed.stop();
    expect(failure).toMatchObject({ code: 'redis_error', message: expect.stringContaining('unknown command') });
    expect(visible(failure)).not.toContain('canary');
    expect(visible(failure)).not.toContain('dXNlci0x');
  });

  it('a user who may not publish, whose write has happened', async () => {
    await admin.call('ACL', 'SETUSER', 'mute', 'on', '>mute-canary', '~*', '+@all', 'resetchannels');
    expect(await failureOf(urlWith('mute:mute-canary'))).toMatchObject({
      code: 'redis_error',
      retryable: false,
      outcomeUnknown: true,
    });
    const reader = createRedisTokenStore({ client: admin, plaintext: true });
    expect(await reader.get(key)).toMatchObject({ record: recordOf('a') });
    await admin.flushall();
  });

  it('a key that holds something else', async () => {
    const store = createRedisTokenStore({ client: admin, plaintext: true });
    await store.put(key, recordOf('a'), putOptions());
    const [name = ''] = await admin.keys('*:record:*');
    await admin.del(name);
    await admin.lpush(name, 'x');
    const failure = await store.put(key, recordOf('a'), putOptions()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'redis_error', message: expect.stringContaining('WRONGTYPE') });
    expect(visible(failure)).not.toContain('canary');
    await admin.flushall();
  });

  it('a host that does not exist, whose password stays hidden', async () => {
    const failure = await failureOf('redis://:host-canary@no-such-host.invalid:6379');
    expect(failure).toMatchObject({ type: 'TOKEN_STORE_ERROR', code: 'unreachable' });
    expect(visible(failure)).not.toContain('canary');
  });
});

describe('a failure says whether the call may have taken effect, and whether it is worth another try', () => {
  const replyError = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
  const withinScript = 'script: 80df8ec23b6af730957bb0d1ab65710744e37d8b, on @user_script:1.';

  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', false, false],
    ['NOAUTH Authentication required.', false, false],
    ["NOPERM User limited has no permissions to run the 'evalsha' command", false, false],
    ["ERR unknown command 'EVALSHA', with args beginning with: 'x'", false, false],
    [`ERR Unknown Redis command called from script ${withinScript}`, false, true],
    [`ERR The user executing the script can't publish to the channel ${withinScript}`, false, true],
    [`WRONGTYPE Operation against a key holding the wrong kind of value ${withinScript}`, false, true],
    [`OOM command not allowed when used memory > 'maxmemory'. ${withinScript}`, true, false],
    [`MISCONF Redis is configured to save RDB snapshots. ${withinScript}`, true, false],
    [`NOREPLICAS Not enough good replicas to write. ${withinScript}`, true, false],
    [`READONLY You can't write against a read only replica. ${withinScript}`, true, false],
    ['MOVED 3999 127.0.0.1:6381', false, false],
    ["CROSSSLOT Keys in request don't hash to the same slot", false, false],
    ['LOADING Redis is loading the dataset in memory', true, false],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.', true, false],
    ['CLUSTERDOWN The cluster is down', true, false],
    ["READONLY You can't write against a read only replica.", true, false],
    ['ERR max number of clients reached', true, false],
  ])('Redis says %s', (message, retryable, outcomeUnknown) => {
    const failure = redisFailure(replyError(message), { operation: 'store.put', sent: true });
    expect(failure).toMatchObject({ code: 'redis_error', retryable, outcomeUnknown });
  });

  it.each([
    ['TRYAGAIN Multiple keys request during rehashing of slot', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ['CLUSTERDOWN The cluster is down', true],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", true],
    ["READONLY You can't write against a read only replica.", true],
    ['BUSY Redis is busy running a script.', false],
    ['OOM command not allowed', false],
    ['MOVED 3999 127.0.0.1:6381', false],
    ['NOAUTH Authentication required.', false],
  ])('Redis says %s, which passes in a moment: %s', (message, passes) => {
    expect(isPassing(replyError(message))).toBe(passes);
    // Of an error that only quotes it nobody knows.
    expect(isPassing(new Error(message))).toBe(false);
  });

  it.each(['MOVED 3999 127.0.0.1:6381', 'ASK 3999 127.0.0.1:6381', 'TRYAGAIN Multiple keys'])(
    'a cluster client was sent around until it gave up, at last by %s',
    (last) => {
      const rejection = new Error(`Too many Cluster redirections. Last error: ReplyError: ${last}`);
      expect(isPassing(rejection)).toBe(true);
      const failure = redisFailure(rejection, { operation: 'store.put', sent: true });
      expect(failure).toMatchObject({ code: 'redis_error', retryable: true, outcomeUnknown: false });
      expect(failure.hint).toBeUndefined();
    },
  );

  it.each([true, false])('no answer, sent: %s', (sent) => {
    const call = { operation: 'store.put', sent };
    expect(redisFailure(new Error('gone'), call)).toMatchObject({ retryable: true, outcomeUnknown: sent });
    expect(redisTimeout(5, call)).toMatchObject({ code: 'timeout', retryable: true, outcomeUnknown: sent });
    expect(redisTimeout(5, { ...call, trouble: new Error('refused') })).toMatchObject({
      code: 'unreachable',
      outcomeUnknown: sent,
    });
  });

  it('nothing was sent where there was never a connection', async () => {
    const gone = await startRedis();
    await gone.stop();
    expect(await failureOf(gone.url)).toMatchObject({ code: 'unreachable', retryable: true, outcomeUnknown: false });
  });

  it('it may have happened where the connection died behind the call, and did', async () => {
    await using redis = await startRedis();
    const proxy = await startProxy(redis.port);
    const store = createRedisTokenStore({ url: proxy.url, plaintext: true });
    // Once, so that Redis knows the script, and what gets lost is its answer.
    await store.put({ ...key, userId: 'other' }, recordOf('a'), putOptions());
    proxy.loseNextAnswer();
    proxy.leadTo(1);
    const failure = await store.put(key, recordOf('a'), putOptions()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'TOKEN_STORE_ERROR', outcomeUnknown: true });
    proxy.leadTo(redis.port);
    await expect.poll(() => store.get(key).catch(() => null)).toMatchObject({ record: recordOf('a') });
    await store.close();
    await proxy.close();
  });
});
