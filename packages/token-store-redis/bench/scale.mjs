/**
 * What a number of accounts takes of Redis' memory, and how long it takes to find the due ones among them: plain,
 * encrypted, and with hidden user ids. Run it with `npm run bench:scale -- 200000`, after a build; the last two arguments
 * are which (`plain`, `sealed`, `hidden`) and what `due` is asked of.
 */
import { randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { account, DUE_FROM, record, YEAR_MS } from './accounts.mjs';

const accounts = Number(process.argv[2] ?? 200_000);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
const KINDS = {
  plain: { plaintext: true },
  sealed: { cipher },
  hidden: { cipher, userIds: { hmacSecret: randomBytes(32) } },
};
const AT_ONCE = 1_000;
const ROUNDS = 15;

for (const kind of process.argv[3]?.split(',') ?? Object.keys(KINDS)) {
  const server = await startRedis();
  const client = new Redis(server.url);
  const store = createRedisTokenStore({ client, timeoutMs: 30_000, ...KINDS[kind] });
  const before = await memoryOf(client);
  await fill(store);
  const bytes = ((await memoryOf(client)) - before) / accounts;
  process.stdout.write(`${kind}: ${accounts} accounts, ${bytes.toFixed(0)} bytes each\n`);
  for (const [what, before] of Object.entries({
    'none due': DUE_FROM - 1,
    '100 due': DUE_FROM + 99,
    'all due': DUE_FROM + accounts,
  })) {
    const times = [];
    let found = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      found = (await store.due({ before, limit: 100 })).length;
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const [best = 0, median = 0] = [times[0], times[ROUNDS >> 1]];
    process.stdout.write(
      `  due, ${what}: ${found} found, median ${median.toFixed(1)} ms, best ${best.toFixed(1)} ms\n`,
    );
  }
  await store.close();
  client.disconnect();
  await server.stop();
}

async function fill(store) {
  let next = 0;
  const worker = async () => {
    while (next < accounts) {
      const n = next;
      next += 1;
      // Not in the order of the accounts, as in life.
      const dueAt = DUE_FROM + ((n * 7_919) % accounts);
      await store.put(account(n), record(n), { ifVersion: null, expiresInMs: YEAR_MS, dueAt });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function memoryOf(client) {
  const info = await client.info('memory');
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}
