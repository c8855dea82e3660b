/**
 * What a read and a write cost beside the same of bare ioredis: GET, and EVALSHA of a script that does the same. Wall-clock time per
 * call, one at a time and 100 in flight. Run it with `npm run bench`, after a build. Rounds of all contestants alternate
 * and the best of each counts, since other programs run beside it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { startRedis } from '@tt/tooling/redis';
import { Redis } from 'ioredis';
import { account, DUE_FROM, record, YEAR_MS } from './accounts.mjs';

const ACCOUNTS = 1_000;
const CALLS = Number(process.argv[2] ?? 4_000);
const ROUNDS = Number(process.argv[3] ?? 7);

const server = await startRedis();
const client = new Redis(server.url);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
const userIds = { hmacSecret: randomBytes(32) };
const stores = {
  plain: createRedisTokenStore({ client, keyPrefix: 'p', plaintext: true }),
  sealed: createRedisTokenStore({ client, keyPrefix: 's', cipher }),
  hidden: createRedisTokenStore({ client, keyPrefix: 'h', cipher, userIds }),
};
const records = Array.from({ length: ACCOUNTS }, (_, n) => record(n));
const accounts = records.map((_, n) => account(n));
const versions = new Map();
for (const [name, store] of Object.entries(stores)) {
  for (let n = 0; n < ACCOUNTS; n += 1) await write(name, store, n, null);
}
const names = await client.keys('{p:*}:record:*');
const sealedNames = await client.keys('{s:*}:record:*');
// The same work by hand: compare, write, put into the index, tell.
const WRITE = `
local current = redis.call('GET', KEYS[1])
if string.match(current, '^[^:]*') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[5])
return 1
`;
const sha = createHash('sha1').update(WRITE).digest('hex');
await client.script('LOAD', WRITE);
const bare = await Promise.all(
  sealedNames.map(async (name) => {
    const value = (await client.get(name)) ?? '';
    const key = `bare:${name}`;
    await client.set(key, value);
    return { key, member: name.slice(17), version: value.slice(0, 22), rest: value.slice(22) };
  }),
);

const CONTESTS = {
  read: {
    'bare GET, plain': (n) => client.get(names[n % ACCOUNTS]),
    'store, plain': (n) => stores.plain.get(accounts[n % ACCOUNTS]),
    'bare GET, sealed': (n) => client.get(sealedNames[n % ACCOUNTS]),
    'store, sealed': (n) => stores.sealed.get(accounts[n % ACCOUNTS]),
    'store, hidden ids': (n) => stores.hidden.get(accounts[n % ACCOUNTS]),
  },
  write: {
    'bare EVALSHA': (n) => writeBare(bare[n % ACCOUNTS], n),
    'store, plain': (n) => write('plain', stores.plain, n % ACCOUNTS),
    'store, sealed': (n) => write('sealed', stores.sealed, n % ACCOUNTS),
    'store, hidden ids': (n) => write('hidden', stores.hidden, n % ACCOUNTS),
  },
};

for (const [what, contestants] of Object.entries(CONTESTS)) {
  for (const inFlight of [1, 100]) {
    const best = new Map();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, call] of Object.entries(contestants)) {
        const calls = inFlight === 1 ? CALLS / 2 : CALLS;
        const us = (await timed(call, calls, inFlight)) / calls;
        best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, us));
      }
    }
    process.stdout.write(`${what}, ${inFlight === 1 ? 'one at a time' : `${inFlight} in flight`}\n`);
    let bare = 0;
    for (const [name, us] of best) {
      if (name.startsWith('bare')) bare = us;
      process.stdout.write(`  ${name.padEnd(20)} ${us.toFixed(1).padStart(7)} us  ${(us / bare).toFixed(2)} x\n`);
    }
  }
}

await Promise.all(Object.values(stores).map((store) => store.close()));
client.disconnect();
await server.stop();

async function timed(call, calls, inFlight) {
  let next = 0;
  const worker = async () => {
    while (next < calls) {
      const n = next;
      next += 1;
      await call(n);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (performance.now() - start) * 1_000;
}

async function writeBare(account, n) {
  const expected = account.version;
  account.version = String(n).padStart(22, 'v');
  const value = `${account.version}${account.rest}`;
  const args = [expected, value, YEAR_MS, DUE_FROM, account.member, 'bare:changes'];
  if ((await client.evalsha(sha, 2, account.key, 'bare:due', ...args)) !== 1) throw new Error('a write was refused');
}

async function write(name, store, n, ifVersion = versions.get(`${name}${n}`)) {
  const terms = { ifVersion, expiresInMs: YEAR_MS, dueAt: DUE_FROM + n };
  const result = await store.put(accounts[n], records[n], terms);
  if (!result.ok) throw new Error('a write was refused');
  versions.set(`${name}${n}`, result.version);
}
