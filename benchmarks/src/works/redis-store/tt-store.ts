import assert from 'node:assert/strict';
import { createRedisTokenStore, type RedisTokenStore } from '@tt/token-store-redis';
import { Redis } from 'ioredis';
import type { Services, Subject } from '../../harness/subject.js';
import {
  account,
  cipher,
  counterTo,
  DUE_FROM,
  FEW,
  MANY,
  numberOf,
  PLAIN_PREFIX,
  record,
  SEALED_PREFIX,
  YEAR_MS,
} from './accounts.js';

type Kind = 'plain' | 'sealed';

/** What every contender that only reads finds there. */
export async function fill(url: string): Promise<void> {
  for (const [kind, accounts] of [
    ['plain', FEW],
    ['sealed', MANY],
  ] as const) {
    const { store, close } = open({ redis: url }, kind);
    const next = counterTo(accounts);
    const lane = async (): Promise<void> => {
      for (let written = 0; written < accounts / 100; written += 1) await write(store, next(), null);
    };
    await Promise.all(Array.from({ length: 100 }, lane));
    await close();
  }
}

export function readPlain(services: Services): Subject {
  return reading(services, { kind: 'plain', accounts: FEW });
}

export function readSealed(services: Services): Subject {
  return reading(services, { kind: 'sealed', accounts: FEW });
}

export function readSealedOfMany(services: Services): Subject {
  return reading(services, { kind: 'sealed', accounts: MANY });
}

export function writePlain(services: Services): Promise<Subject> {
  return writing(services, 'plain');
}

export function writeSealed(services: Services): Promise<Subject> {
  return writing(services, 'sealed');
}

function reading(services: Services, { kind, accounts }: { kind: Kind; accounts: number }): Subject {
  const { store, close } = open(services, kind);
  const next = counterTo(accounts);
  const call = async () => {
    const found = await store.get(account(next()));
    if (found === null) throw new Error('the record is not there');
    return found.record;
  };
  const check = (found: unknown): void => assert.deepEqual(found, record(numberOf(found)));
  return { call, check, close };
}

/** Each write is a compare-and-set over the one before. */
async function writing(services: Services, kind: Kind): Promise<Subject> {
  const { store, close } = open(services, kind, `${kind}-${process.pid}`);
  const versions: string[] = [];
  for (let n = 0; n < FEW; n += 1) versions.push(await write(store, n, null));
  const next = counterTo(FEW);
  return {
    call: async () => {
      const n = next();
      const version = await write(store, n, versions[n] ?? null);
      versions[n] = version;
      return { n, version };
    },
    check: async (written) => {
      const { n, version } = Object(written);
      const found = await store.get(account(n));
      assert.deepEqual(found?.record, record(n));
      assert.equal(typeof version, 'string');
    },
    close,
  };
}

async function write(store: RedisTokenStore, n: number, ifVersion: string | null): Promise<string> {
  const terms = { ifVersion, expiresInMs: YEAR_MS, dueAt: DUE_FROM + n };
  const result = await store.put(account(n), record(n), terms);
  if (!result.ok) throw new Error('a write was refused');
  return result.version;
}

function open({ redis = '' }: Services, kind: Kind, keyPrefix = kind === 'plain' ? PLAIN_PREFIX : SEALED_PREFIX) {
  const client = new Redis(redis);
  const store =
    kind === 'plain'
      ? createRedisTokenStore({ client, keyPrefix, plaintext: true })
      : createRedisTokenStore({ client, keyPrefix, cipher: cipher() });
  const close = async (): Promise<void> => {
    await store.close();
    client.disconnect();
  };
  return { store, close };
}
