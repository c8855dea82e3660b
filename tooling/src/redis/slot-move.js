// @ts-check
import { agreedOwner } from './cluster-view.js';
import { control } from './server.js';

/**
 * @typedef {object} SlotMove A slot on its way from one master to another.
 * @property {number} slot
 * @property {import('./server.js').RedisServer} from
 * @property {import('./server.js').RedisServer} to
 * @property {(...keys: string[]) => Promise<void>} moveKeys Moves some of its keys.
 * @property {() => Promise<void>} finish Moves what is left. Resolves once every node knows who serves the slot now.
 */

const batchSize = 100;

/**
 * @param {object} options
 * @param {number} options.slot
 * @param {import('./server.js').RedisServer} options.from
 * @param {import('./server.js').RedisServer} options.to
 * @param {readonly import('./server.js').RedisServer[]} options.nodes
 * @returns {Promise<SlotMove>}
 * @see https://redis.io/docs/latest/commands/cluster-setslot/
 */
export async function beginSlotMove({ slot, from, to, nodes }) {
  const [fromId, toId] = await Promise.all([from.command('CLUSTER', 'MYID'), to.command('CLUSTER', 'MYID')]);
  // In this order, or a client could be sent to a node that does not expect it.
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));

  /** @param {readonly string[]} keys */
  function migrate(keys) {
    const user = ['AUTH2', control.username, control.password];
    return from.command('MIGRATE', to.host, to.port, '', 0, 5_000, ...user, 'KEYS', ...keys);
  }

  return {
    slot,
    from,
    to,
    async moveKeys(...keys) {
      if ((await migrate(keys)) === 'NOKEY') {
        throw new Error(`slot ${slot} holds none of ${keys.join(', ')} on port ${from.port}`);
      }
    },
    async finish() {
      for (;;) {
        const keys = await from.command('CLUSTER', 'GETKEYSINSLOT', slot, batchSize);
        if (!Array.isArray(keys) || keys.length === 0) {
          break;
        }
        await migrate(keys);
      }
      // First who gets it: were it to fail after the other has given it up, nobody would serve the slot.
      await to.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
      await from.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
      await agreedOwner(nodes, slot);
    },
  };
}
