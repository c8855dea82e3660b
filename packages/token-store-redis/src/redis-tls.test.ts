import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { Redis as Redis6 } from 'ioredis-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
import { passEveryScript } from './testing/every-script.js';

type Options = RedisServer['options'];

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis({ tls: { clientAuth: true } });
}, 240_000);

afterAll(() => server.stop());

describe('TLS, with a certificate from either side', () => {
  it.each([
    ['ioredis 5', () => new Redis(server.options)],
    ['ioredis 6', () => new Redis6(server.options)],
  ])('passes every script and tells of changes, on %s', async (name, connect) => {
    const client = connect();
    const store = createRedisTokenStore({ client, plaintext: true });
    await passEveryScript(store, name);
    await store.close();
    client.disconnect();
  });

  it.each([
    ['a client without a certificate', ({ host, port, tls }: Options) => ({ host, port, tls: { ca: tls?.ca } })],
    [
      'a server that nobody vouches for',
      ({ host, port, tls }: Options) => ({ host, port, tls: { ...tls, ca: undefined } }),
    ],
    ['a client that speaks plainly', ({ host, port }: Options) => ({ host, port })],
  ])('refuses %s, in good time', async (_what, changed) => {
    const client = new Redis({ ...changed(server.options), maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    const store = createRedisTokenStore({ client, plaintext: true, timeoutMs: 2_000 });
    await expect(store.get({ clientKey: 'aw1', userId: 'user-1' })).rejects.toMatchObject({
      type: 'TOKEN_STORE_ERROR',
      code: 'unreachable',
    });
    await store.close();
    client.disconnect();
  });

  it('by URL says what is wrong with the certificate', async () => {
    const store = createRedisTokenStore({ url: server.url, plaintext: true });
    await expect(store.get({ clientKey: 'aw1', userId: 'user-1' })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('certificate'),
      outcomeUnknown: false,
    });
    await store.close();
  });
});
