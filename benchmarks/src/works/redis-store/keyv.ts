import assert from 'node:assert/strict';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import type { Services, Subject } from '../../harness/subject.js';
import { account, counterTo, FEW, numberOf, record, YEAR_MS } from './accounts.js';

function open({ redis = '' }: Services, namespace: string) {
  const keyv = new Keyv({ store: new KeyvRedis(redis, { namespace }), useKeyPrefix: false });
  const set = (n: number) => keyv.set(account(n).userId, record(n), YEAR_MS);
  return { keyv, set, close: () => keyv.disconnect() };
}

export async function read(services: Services): Promise<Subject> {
  const { keyv, set, close } = open(services, 'keyv');
  for (let n = 0; n < FEW; n += 1) await set(n);
  const next = counterTo(FEW);
  return {
    call: () => keyv.get(account(next()).userId),
    check: (found) => assert.equal(Object(found).accessToken, record(numberOf(found)).accessToken),
    close,
  };
}

export function write(services: Services): Subject {
  const { keyv, set, close } = open(services, `keyv-${process.pid}`);
  const next = counterTo(FEW);
  let last = 0;
  return {
    call: () => {
      last = next();
      return set(last);
    },
    check: async (written) => {
      assert.equal(written, true);
      assert.deepEqual(await keyv.get(account(last).userId), record(last));
    },
    close,
  };
}
