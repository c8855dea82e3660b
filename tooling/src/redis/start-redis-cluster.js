// @ts-check
import { agreedOwner, viewsOf } from './cluster-view.js';
import { control } from './server.js';
import { allOrNone, running, stopAll } from './servers.js';
import { beginSlotMove } from './slot-move.js';
import { startRedis } from './start-redis.js';
import { waitUntil } from './wait-until.js';

/**
 * @typedef {import('./server.js').RedisServer} RedisServer
 *
 * @typedef {object} RedisClusterControl
 * @property {readonly RedisServer[]} nodes First those that began as masters, then the replicas of the first master, of
 *   the second, and so on.
 * @property {import('./server.js').RedisClientOptions[]} startupNodes `new Cluster(cluster.startupNodes)`.
 * @property {(key: string) => Promise<number>} slotOf
 * @property {(slot: number) => Promise<RedisServer>} ownerOf Who serves a slot, as the nodes that run agree.
 * @property {(slot: number, to: RedisServer) => Promise<void>} moveSlot Moves a slot, keys and all, to another master.
 * @property {(slot: number, to: RedisServer) => Promise<import('./slot-move.js').SlotMove>} beginSlotMove The same up to
 *   the half: no key is moved yet, and clients see `ASK` and `TRYAGAIN` until it is finished.
 * @property {(master: RedisServer) => Promise<RedisServer>} failover A replica takes over: in good order while the
 *   master runs, by itself once that was killed. Resolves with it, once every node that runs knows.
 * @property {() => Promise<void>} stop
 *
 * @typedef {RedisClusterControl & AsyncDisposable} RedisCluster
 */

const slotCount = 16_384;

/**
 * While the nodes meet or change places. They ask one another for news twice in this time, and having voted for a
 * replica vote for no other of the same master during twice this time: with Redis's 15 s a test would wait for long.
 */
const hastyTimeoutMs = 1_000;

/**
 * Starts a Redis Cluster on free loopback ports, whole and agreed before it resolves. It dies with this process.
 *
 * @param {object} [options]
 * @param {number} [options.masters] Default: 3, the fewest that Redis is meant for.
 * @param {number} [options.replicas] Of each master. Default: 0.
 * @param {number} [options.nodeTimeoutMs] How long a node may be silent before the others give it up and, where it has
 *   no replica, answer `CLUSTERDOWN`. Default: 15,000, as Redis has it.
 * @param {string[]} [options.args] More arguments for every redis-server.
 * @param {readonly import('./start-redis.js').RedisUser[]} [options.users] As of `startRedis`.
 * @returns {Promise<RedisCluster>}
 */
export async function startRedisCluster({
  masters = 3,
  replicas = 0,
  nodeTimeoutMs = 15_000,
  args = [],
  users = [],
} = {}) {
  const nodeArgs = [
    ...['--cluster-enabled', 'yes', '--masteruser', control.username, '--masterauth', control.password],
    ...['--cluster-node-timeout', `${nodeTimeoutMs}`],
  ];
  const nodes = await allOrNone(
    Array.from({ length: masters * (1 + replicas) }, () => startRedis({ args: [...nodeArgs, ...args], users })),
  );
  const stop = () => stopAll(nodes);
  try {
    await hasten({ nodes, nodeTimeoutMs }, () => join({ nodes, masters, replicas }));
  } catch (error) {
    await stop();
    throw error;
  }

  /**
   * @param {number} slot
   * @param {RedisServer} to
   */
  async function begin(slot, to) {
    return beginSlotMove({ slot, from: await agreedOwner(nodes, slot), to, nodes });
  }

  return {
    nodes,
    startupNodes: nodes.map(({ options }) => options),
    async slotOf(key) {
      return Number(await running(nodes)[0]?.command('CLUSTER', 'KEYSLOT', key));
    },
    ownerOf: (slot) => agreedOwner(nodes, slot),
    async moveSlot(slot, to) {
      const move = await begin(slot, to);
      await move.finish();
    },
    beginSlotMove: begin,
    failover: (master) => hasten({ nodes, nodeTimeoutMs }, () => failover(master, nodes)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * Does something while the nodes are in haste. No replica takes over by itself then: a machine that stalls for a second
 * would look like a master that is gone.
 *
 * @template T
 * @param {{ nodes: readonly RedisServer[], nodeTimeoutMs: number }} cluster
 * @param {() => Promise<T>} work
 */
async function hasten({ nodes, nodeTimeoutMs }, work) {
  /**
   * @param {number} timeoutMs
   * @param {'yes' | 'no'} noFailover
   */
  const configure = (timeoutMs, noFailover) => {
    const settings = ['cluster-node-timeout', timeoutMs, 'cluster-replica-no-failover', noFailover];
    return Promise.all(running(nodes).map((node) => node.command('CONFIG', 'SET', ...settings)));
  };
  await configure(Math.min(nodeTimeoutMs, hastyTimeoutMs), 'yes');
  try {
    return await work();
  } finally {
    await configure(nodeTimeoutMs, 'no');
  }
}

/**
 * @param {object} options
 * @param {readonly RedisServer[]} options.nodes
 * @param {number} options.masters
 * @param {number} options.replicas
 */
async function join({ nodes, masters, replicas }) {
  await Promise.all(
    nodes.slice(0, masters).map(async (node, index) => {
      const first = Math.floor((index * slotCount) / masters);
      const last = Math.floor(((index + 1) * slotCount) / masters) - 1;
      await node.command('CLUSTER', 'ADDSLOTSRANGE', first, last);
      // Else they all begin with the same and have to settle who is the newest.
      await node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    }),
  );
  // Each with each: leaving it to gossip takes seconds.
  for (const [index, node] of nodes.entries()) {
    await Promise.all(nodes.slice(index + 1).map(({ host, port }) => node.command('CLUSTER', 'MEET', host, port)));
  }
  await waitUntil('the nodes to meet', async () =>
    (await viewsOf(nodes)).every(
      (view) =>
        view.length === nodes.length &&
        view.every(({ flags, isConnected }) => isConnected && !flags.includes('handshake')),
    ),
  );
  await Promise.all(
    nodes.slice(masters).map(async (node, index) => {
      const master = nodes[Math.floor(index / replicas)];
      await node.command('CLUSTER', 'REPLICATE', String(await master?.command('CLUSTER', 'MYID')));
    }),
  );
  await waitUntil('the cluster to be whole', () => isWhole(nodes, masters * replicas));
}

/**
 * @param {readonly RedisServer[]} nodes
 * @param {number} replicas In all.
 */
async function isWhole(nodes, replicas) {
  const knowsAll = (await viewsOf(nodes)).every(
    (view) => view.filter(({ flags }) => flags.includes('slave')).length === replicas,
  );
  return knowsAll && isServing(nodes);
}

/**
 * Whether every node that runs says that the cluster is, and no replica waits for its master.
 *
 * @param {readonly RedisServer[]} nodes
 */
async function isServing(nodes) {
  const states = await Promise.all(
    running(nodes).map(async (node) => {
      const state = String(await node.command('CLUSTER', 'INFO'));
      return state.includes('cluster_state:ok') && !(await lacksItsMaster(node));
    }),
  );
  return states.every(Boolean);
}

/** @param {RedisServer} node */
async function lacksItsMaster(node) {
  return String(await node.command('INFO', 'replication')).includes('master_link_status:down');
}

/**
 * @param {import('./cluster-view.js').NodeView[]} view
 * @param {number} port
 * @param {number} masterPort
 */
function isReplicaOf(view, port, masterPort) {
  const masterId = view.find((node) => node.port === masterPort)?.id;
  return view.some((node) => node.port === port && node.masterId === masterId && node.isConnected);
}

/**
 * @param {RedisServer} master
 * @param {readonly RedisServer[]} nodes
 */
async function failover(master, nodes) {
  // One that some node does not yet know as this master's replica would ask in vain.
  const replica = await waitUntil(`a replica of the master on port ${master.port} that can take over`, async () => {
    const views = await viewsOf(nodes);
    const candidate = running(nodes).find(({ port }) => views.every((view) => isReplicaOf(view, port, master.port)));
    const isBehind = candidate !== undefined && master.isRunning() && (await lacksItsMaster(candidate));
    return !isBehind && candidate;
  });
  if (master.isRunning()) {
    await replica.command('CLUSTER', 'FAILOVER');
  } else {
    // Without a master to agree with, and before a majority has noticed, it may do so only because we say it.
    await replica.command('CLUSTER', 'FAILOVER', 'TAKEOVER');
  }
  await waitUntil('every node to know of the failover', async () => {
    const know = (await viewsOf(nodes)).every((view) =>
      view.some(({ port, flags, slots }) => port === replica.port && flags.includes('master') && slots.length > 0),
    );
    return know && isServing(nodes);
  });
  return replica;
}
