import { expect, test } from 'vitest';
import type { RedisServer } from './server.js';
import { allOrNone } from './servers.js';
import { startRedis } from './start-redis.js';

test('when one server does not start, those that did are stopped', async () => {
  const started: RedisServer[] = [];
  const good = startRedis().then((server) => {
    started.push(server);
    return server;
  });
  await expect(allOrNone([good, startRedis({ args: ['--no-such-option', '1'] })])).rejects.toThrow('no-such-option');
  expect(started.map((server) => server.isRunning())).toEqual([false]);
}, 240_000);
