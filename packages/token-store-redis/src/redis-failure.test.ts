import { inspect } from 'node:util';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
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
