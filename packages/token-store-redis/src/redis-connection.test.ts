import type { RedisServer } from '@tt/tooling/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection, type RedisConnection } from './redis-connection.js';
import { useRedis } from './testing/redis.js';

let server: RedisServer;
let connection: RedisConnection;

useRedis((own) => {
  ({ server } = own);
});

beforeEach(() => {
  connection = openConnection(server.url, { timeoutMs: 3_000 });
});

afterEach(() => connection.close());

describe('a connection of the store’s own', () => {
  it('knows of a call whether it can have been sent: not before there was a connection', async () => {
    const call = connection.follow();
    expect(call.canBeSent()).toBe(false);
    await connection.client.eval('return 1', 0);
    expect(call.canBeSent()).toBe(true);
    expect(connection.follow().canBeSent()).toBe(true);
  });
});
