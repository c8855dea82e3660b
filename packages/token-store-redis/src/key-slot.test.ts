import type { RedisServer } from '@tt/tooling/redis';
import { startRedis } from '@tt/tooling/redis';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keySlot } from './key-slot.js';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
}, 240_000);

afterAll(() => server.stop());

it('is what Redis says it is, whatever braces are in the key', async () => {
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom('{', '}', 'a', 'b', 'ü', '🙂'), maxLength: 12 }),
    fc.integer({ min: 0, max: 1023 }).map((shard) => `app:{tt:${String(shard).padStart(4, '0')}}:changes:0`),
  );
  await fc.assert(
    fc.asyncProperty(key, async (any) => {
      expect(keySlot(any)).toBe(Number(await server.command('CLUSTER', 'KEYSLOT', any)));
    }),
    { numRuns: 150 },
  );
});
