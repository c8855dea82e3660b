// @ts-check
import { running } from './servers.js';
import { waitUntil } from './wait-until.js';

/**
 * @typedef {object} NodeView One node as another one sees it.
 * @property {string} id
 * @property {number} port
 * @property {readonly string[]} flags `myself`, `master`, `slave`, `fail`, `handshake` ...
 * @property {string} masterId `-` for a master.
 * @property {boolean} isConnected
 * @property {readonly (readonly [first: number, last: number])[]} slots
 */

/**
 * Parses the answer to `CLUSTER NODES`: https://redis.io/docs/latest/commands/cluster-nodes/
 *
 * @param {string} text
 * @returns {NodeView[]}
 */
export function parseClusterNodes(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', address = '', flags = '', masterId = '-', , , , link, ...slots] = line.split(' ');
      return {
        id,
        port: Number(/:(\d+)(?:@|$)/.exec(address.split(',', 1)[0] ?? '')?.[1]),
        flags: flags.split(','),
        masterId,
        isConnected: link === 'connected',
        // One in brackets is on its way to another node, and listed in full as well.
        slots: slots.filter((range) => !range.startsWith('[')).map(parseRange),
      };
    });
}

/**
 * @param {string} range `5461-10922`, or one slot alone.
 * @returns {readonly [number, number]}
 */
function parseRange(range) {
  const [first = '', last = first] = range.split('-');
  return [Number(first), Number(last)];
}

/**
 * @param {readonly NodeView[]} view
 * @param {number} slot
 */
function ownerIn(view, slot) {
  return view.find(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last));
}

/**
 * What each node that runs sees of the cluster.
 *
 * @param {readonly Pick<import('./server.js').RedisServer, 'command' | 'isRunning'>[]} nodes
 */
export function viewsOf(nodes) {
  return Promise.all(
    running(nodes).map(async (node) => parseClusterNodes(String(await node.command('CLUSTER', 'NODES')))),
  );
}

/**
 * Waits until all nodes that run name the same one for a slot.
 *
 * @template {Pick<import('./server.js').RedisServer, 'command' | 'isRunning' | 'port'>} Node
 * @param {readonly Node[]} nodes
 * @param {number} slot
 * @returns {Promise<Node>}
 */
export function agreedOwner(nodes, slot) {
  return waitUntil(`the nodes to agree on who serves slot ${slot}`, async () => {
    const [port, ...others] = new Set((await viewsOf(nodes)).map((view) => ownerIn(view, slot)?.port));
    return others.length === 0 && nodes.find((node) => node.port === port);
  });
}
