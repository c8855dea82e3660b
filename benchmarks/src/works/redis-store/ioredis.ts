import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Services, Subject } from '../../harness/subject.js';
import { account, counterTo, DUE_FROM, FEW, PLAIN_PREFIX, record, SEALED_PREFIX, YEAR_MS } from './accounts.js';

/** The texts that the store wrote. */
export function getPlain(services: Services): Promise<Subject> {
  return getting(services, PLAIN_PREFIX);
}

export function getSealed(services: Services): Promise<Subject> {
  return getting(services, SEALED_PREFIX);
}

async function getting({ redis = '' }: Services, prefix: string): Promise<Subject> {
  const client = new Redis(redis);
  const names = (await client.keys(`{${prefix}:*}:record:*`)).slice(0, FEW);
  assert.equal(names.length, FEW);
  const next = counterTo(FEW);
  return {
    call: () => client.get(names[next()] ?? ''),
    check: (text) => assert.ok(typeof text === 'string' && text.length > 300, `not a record: ${text}`),
    close: () => client.disconnect(),
  };
}

/** A JSON text of the record, and nothing else: no version, no index, no announcement. */
export function set({ redis = '' }: Services): Subject {
  const client = new Redis(redis);
  const next = counterTo(FEW);
  return {
    call: () => {
      const n = next();
      return client.set(`set-${process.pid}:${account(n).userId}`, JSON.stringify(record(n)), 'PX', YEAR_MS);
    },
    check: (answer) => assert.equal(answer, 'OK'),
    close: () => client.disconnect(),
  };
}

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
const SHA = createHash('sha1').update(WRITE).digest('hex');

export function compareAndSetPlain(services: Services): Promise<Subject> {
  return comparingAndSetting(services, 0);
}

/** As long as if it were sealed. */
export function compareAndSetSealed(services: Services): Promise<Subject> {
  return comparingAndSetting(services, 120);
}

async function comparingAndSetting({ redis = '' }: Services, longer: number): Promise<Subject> {
  const client = new Redis(redis);
  await client.script('LOAD', WRITE);
  const prefix = `cas-${process.pid}`;
  const accounts = Array.from({ length: FEW }, (_, n) => {
    const { userId } = account(n);
    return { name: `{${prefix}}:record:${userId}`, member: userId, version: version(n), n };
  });
  for (const { name, version: first } of accounts) await client.set(name, `${first}:`);
  const next = counterTo(FEW);
  let calls = FEW;
  return {
    call: async () => {
      const one = accounts[next()];
      if (one === undefined) throw new RangeError('there is no such account');
      const expected = one.version;
      calls += 1;
      one.version = version(calls);
      const value = `${one.version}:${DUE_FROM}:${JSON.stringify(record(one.n))}${' '.repeat(longer)}`;
      const keys = [one.name, `{${prefix}}:due`];
      const args = [expected, value, YEAR_MS, DUE_FROM + one.n, one.member, `{${prefix}}:changes`];
      return client.evalsha(SHA, 2, ...keys, ...args);
    },
    check: (written) => assert.equal(written, 1),
    close: () => client.disconnect(),
  };
}

/** Of the length of the store's versions. */
function version(n: number): string {
  return String(n).padStart(22, 'v');
}
