import { storeError } from '@tt/errors';
import type { AccountKey, Lease, PutResult, StoredRecord, TokenStore } from '../../token-store.js';
import { describeBrokenStores, sharedBy } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { LEASES } from './leases.js';

const firstFoundIn = sharedBy(() => new Map<string, StoredRecord | null>());

const losingIn = sharedBy(() => new Map<string, readonly AbortController[]>());

/** The same store, with leases that are changed. */
function leasing(good: TokenStore, change: (lease: Lease, key: AccountKey) => Lease): Partial<TokenStore> {
  return {
    acquire: async (key, options) => {
      const acquired = await good.acquire(key, options);
      return acquired && { ...acquired, lease: change(acquired.lease, key) };
    },
  };
}

describeBrokenStores(LEASES, [
  {
    name: 'gives a lease to everybody who asks',
    breaks: [
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: is given to one of many who ask at once',
      'a lease: lives on while it is extended',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: is kept when that write is refused',
      'a lease: that passed on is not given back by the late write of its former owner',
      'two instances on the same data: give one lease between them',
    ],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        database.leases.delete(nameOf(key));
        return good.acquire(key, options);
      },
    }),
  },
  {
    name: 'has one lease for all accounts of an app',
    breaks: ['a lease: is for one account'],
    bend: (good) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire({ ...key, userId: 'all' }, options);
        return acquired && { ...acquired, found: await good.get(key) };
      },
    }),
  },
  {
    name: 'has one lease for a user id in all apps',
    breaks: ['a lease: is for one account'],
    bend: (good) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire({ ...key, clientKey: 'all' }, options);
        return acquired && { ...acquired, found: await good.get(key) };
      },
    }),
  },
  {
    name: 'gives undefined for no record, together with a lease',
    breaks: [
      'the life of a record: ends: the record is gone then, from get and from acquire',
      'a delete: takes the record away, and a second time is no error',
      'a lease: comes with the record as it is now',
    ],
    bend: (good) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire(key, options);
        return acquired && { ...acquired, found: acquired.found ?? undefined };
      },
    }),
  },
  {
    name: 'gives a lease without the record',
    breaks: ['a lease: comes with the record as it is now'],
    bend: (good) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire(key, options);
        return acquired && { ...acquired, found: null };
      },
    }),
  },
  {
    name: 'gives a lease with the record that it knew first',
    breaks: ['a lease: comes with the record as it is now'],
    bend: (good, database) => {
      const known = firstFoundIn(database);
      return {
        acquire: async (key, options) => {
          const acquired = await good.acquire(key, options);
          const name = nameOf(key);
          if (!known.has(name)) known.set(name, acquired?.found ?? null);
          return acquired && { ...acquired, found: known.get(name) ?? null };
        },
      };
    },
  },
  {
    name: 'gives a lease back on its own side only',
    breaks: [
      'a lease: comes with the record as it is now',
      'a lease: is free once it was given back, which is no loss and may be done twice',
      'a lease: is given back by the write it is passed to',
      'two instances on the same data: give one lease between them',
    ],
    bend: (good) =>
      leasing(good, (lease) => {
        let isBack = false;
        return {
          ...lease,
          extend: async () => !isBack && lease.extend(),
          release: async () => {
            isBack = true;
          },
        };
      }),
  },
  {
    name: 'extends a lease that was given back',
    breaks: [
      'a lease: is free once it was given back, which is no loss and may be done twice',
      'a lease: is given back by the write it is passed to',
    ],
    bend: (good) =>
      leasing(good, (lease) => {
        let isBack = false;
        return {
          ...lease,
          extend: async () => (await lease.extend()) || isBack,
          release: async () => {
            isBack = !lease.lost.aborted;
            await lease.release();
          },
        };
      }),
  },
  {
    name: 'calls a lease lost that was given back',
    breaks: [
      'a lease: is free once it was given back, which is no loss and may be done twice',
      'a lease: is given back by the write it is passed to',
    ],
    bend: (good) =>
      leasing(good, (lease) => {
        const lost = new AbortController();
        const release = async (): Promise<void> => {
          await lease.release();
          lost.abort(storeError('given back'));
        };
        return { ...lease, lost: AbortSignal.any([lease.lost, lost.signal]), release };
      }),
  },
  {
    name: 'fails where a lease is given back twice',
    breaks: ['a lease: is free once it was given back, which is no loss and may be done twice'],
    bend: (good) =>
      leasing(good, (lease) => {
        let given = false;
        const release = async (): Promise<void> => {
          if (given) throw storeError('not yours');
          given = true;
          await lease.release();
        };
        return { ...lease, release };
      }),
  },
  {
    name: 'never ends a lease',
    breaks: [
      'a lease: ends by itself, and the next one gets it',
      'a lease: says when it is lost, by a TOKEN_STORE_ERROR, and cannot be extended then',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: that passed on stops no write: the version alone decides',
      'a lease: that passed on is not given back by the late write of its former owner',
    ],
    bend: (good) => ({ acquire: (key) => good.acquire(key, { ttlMs: 2 ** 31 - 1 }) }),
  },
  {
    name: 'does not say that a lease is lost',
    breaks: [
      'a lease: says when it is lost, by a TOKEN_STORE_ERROR, and cannot be extended then',
      'a store: that is closed takes its leases with it',
    ],
    bend: (good) => leasing(good, (lease) => ({ ...lease, lost: new AbortController().signal })),
  },
  {
    name: 'says that a lease is lost by an error of anybody’s',
    breaks: ['a lease: says when it is lost, by a TOKEN_STORE_ERROR, and cannot be extended then'],
    bend: (good) =>
      leasing(good, (lease) => {
        const lost = new AbortController();
        lease.lost.addEventListener('abort', () => lost.abort(new Error('lost')));
        return { ...lease, lost: lost.signal };
      }),
  },
  {
    name: 'extends a lease that has run out',
    breaks: [
      'a lease: is free once it was given back, which is no loss and may be done twice',
      'a lease: says when it is lost, by a TOKEN_STORE_ERROR, and cannot be extended then',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: is given back by the write it is passed to',
      'a store: that is closed takes its leases with it',
    ],
    bend: (good) => leasing(good, (lease) => ({ ...lease, extend: async () => (await lease.extend()) || true })),
  },
  {
    name: 'extends a lease, and says that it did not',
    breaks: [
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: lives on while it is extended',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: is kept when that write is refused',
      'a lease: that passed on is not given back by the late write of its former owner',
      'a lease: that another has stops no write without one',
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (good) => leasing(good, (lease) => ({ ...lease, extend: async () => (await lease.extend()) && false })),
  },
  {
    name: 'says that it extends a lease, and does not',
    breaks: ['a lease: lives on while it is extended'],
    bend: (good, database) =>
      leasing(good, (lease, key) => {
        let released = false;
        return {
          lost: lease.lost,
          extend: async () => {
            if (released || lease.lost.aborted) return false;
            return database.isDown ? lease.extend() : true;
          },
          release: async () => {
            released = true;
            if (database.ownerOf(key) !== undefined) await lease.release();
          },
        };
      }),
  },
  {
    name: 'gives back the lease of whoever has it',
    breaks: [
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: that passed on is not given back by the late write of its former owner',
    ],
    bend: (good, database) =>
      leasing(good, (lease, key) => ({
        ...lease,
        release: async () => {
          await lease.release();
          database.leases.delete(nameOf(key));
        },
      })),
  },
  {
    name: 'calls everybody’s lease lost when one is given back late',
    breaks: ['a lease: that passed on is not taken from its next owner by a late release or extension'],
    bend: (good, database) => {
      const losing = losingIn(database);
      return leasing(good, (lease, key) => {
        const lost = new AbortController();
        losing.set(nameOf(key), [...(losing.get(nameOf(key)) ?? []), lost]);
        const release = async (): Promise<void> => {
          const all = lease.lost.aborted ? (losing.get(nameOf(key)) ?? []) : [];
          for (const one of all) one.abort(storeError('lost'));
          await lease.release();
        };
        return { ...lease, lost: AbortSignal.any([lease.lost, lost.signal]), release };
      });
    },
  },
  {
    name: 'lets a late extension take the lease away',
    breaks: ['a lease: that passed on is not taken from its next owner by a late release or extension'],
    bend: (good, database) =>
      leasing(good, (lease, key) => ({
        ...lease,
        extend: async () => {
          if (lease.lost.aborted) database.leases.set(nameOf(key), { owner: 'late', endsAt: Number.MAX_SAFE_INTEGER });
          return lease.extend();
        },
      })),
  },
  {
    name: 'extends the lease of whoever has it',
    breaks: [
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a store: that is closed takes its leases with it',
    ],
    bend: (good, database) =>
      leasing(good, (lease, key) => ({
        ...lease,
        extend: async () =>
          (await lease.extend()) || (!lease.lost.aborted ? false : database.ownerOf(key) !== undefined),
      })),
  },
  {
    name: 'does not give a lease back with the write',
    breaks: [
      'a lease: is given back by the write it is passed to',
      'two instances on the same data: give one lease between them',
    ],
    bend: (good) => ({ put: (key, record, options) => good.put(key, record, { ...options, lease: undefined }) }),
  },
  {
    name: 'gives a lease back with the write on its own side only',
    breaks: [
      'a lease: is given back by the write it is passed to',
      'two instances on the same data: give one lease between them',
    ],
    bend: (good) => {
      const back = new WeakSet<Lease>();
      return {
        ...leasing(good, (lease) => {
          const mine: Lease = { ...lease, extend: async () => !back.has(mine) && lease.extend() };
          return mine;
        }),
        put: async (key, record, options) => {
          const result = await good.put(key, record, { ...options, lease: undefined });
          if (result.ok && options.lease !== undefined) back.add(options.lease);
          return result;
        },
      };
    },
  },
  {
    name: 'takes a write that was refused for the end of its lease',
    breaks: ['a lease: is kept when that write is refused'],
    bend: (good) => {
      const back = new WeakSet<Lease>();
      return {
        ...leasing(good, (lease) => {
          const mine: Lease = { ...lease, extend: async () => !back.has(mine) && lease.extend() };
          return mine;
        }),
        put: async (key, record, options) => {
          const result = await good.put(key, record, options);
          if (!result.ok && options.lease !== undefined) back.add(options.lease);
          return result;
        },
      };
    },
  },
  {
    name: 'gives a lease back with a write that is refused',
    breaks: ['a lease: is kept when that write is refused'],
    bend: (good) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        await options.lease?.release();
        return result;
      },
    }),
  },
  {
    name: 'refuses the write of who has lost the lease',
    breaks: ['a lease: that passed on stops no write: the version alone decides'],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> =>
        options.lease?.lost.aborted === true
          ? { ok: false, found: await good.get(key) }
          : good.put(key, record, options),
    }),
  },
  {
    name: 'gives back with a write the lease of whoever has it',
    breaks: ['a lease: that passed on is not given back by the late write of its former owner'],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        if (result.ok && options.lease !== undefined) database.leases.delete(nameOf(key));
        return result;
      },
    }),
  },
  {
    name: 'lets a late write take the lease away',
    breaks: ['a lease: that passed on is not given back by the late write of its former owner'],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        if (options.lease?.lost.aborted === true) {
          database.leases.set(nameOf(key), { owner: 'late', endsAt: Number.MAX_SAFE_INTEGER });
        }
        return result;
      },
    }),
  },
  {
    name: 'ends with a write the lease of whoever has it',
    breaks: ['a lease: that another has stops no write without one'],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        if (result.ok && options.lease === undefined) database.leases.delete(nameOf(key));
        return result;
      },
    }),
  },
  {
    name: 'refuses a write without the lease that another has',
    breaks: [
      'a lease: that another has stops no write without one',
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (good, database) => ({
      put: async (key, record, options): Promise<PutResult> =>
        options.lease === undefined && database.ownerOf(key) !== undefined
          ? { ok: false, found: await good.get(key) }
          : good.put(key, record, options),
    }),
  },
]);
