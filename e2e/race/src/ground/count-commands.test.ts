import { startRedis } from '@tt/tooling/redis';
import { expect, test } from 'vitest';
import { countingCommands } from './count-commands.js';

test('what clients ask is counted by name, what a script runs is not', async () => {
  await using server = await startRedis();
  await server.command('SET', 'a', '1');
  const { result, commands } = await countingCommands(server, async () => {
    await server.command('GET', 'a');
    await server.command('GET', 'b');
    return server.command('EVAL', "return redis.call('GET', 'a')", '0');
  });
  expect(result).toBe('1');
  const { GET, EVAL } = Object.fromEntries(
    Object.entries(commands).map(([name, count]) => [name.toUpperCase(), count]),
  );
  expect({ GET, EVAL }).toEqual({ GET: 2, EVAL: 1 });
});
