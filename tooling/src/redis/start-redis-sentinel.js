// @ts-check
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { control, startServer } from './server.js';
import { allOrNone, running, stopAll } from './servers.js';
import { startRedis } from './start-redis.js';
import { waitUntil } from './wait-until.js';

/**
 * @typedef {import('./server.js').RedisServer} RedisServer
 *
 * @typedef {object} RedisSentinelControl
 * @property {string} name What the sentinels call the master.
 * @property {{ name: string, sentinels: { host: string, port: number }[] }} options `new Redis(sentinel.options)`.
 * @property {readonly RedisServer[]} sentinels
 * @property {readonly RedisServer[]} servers Those with the data; the first began as the master.
 * @property {() => Promise<RedisServer>} master Who is it now, as the sentinels that run agree.
 * @property {(master: RedisServer) => Promise<RedisServer>} failover A replica takes over from it: in good order while the
 *   master runs; where that was killed, when the sentinels have noticed. Resolves with the new master, once all that
 *   runs follows it.
 * @property {() => Promise<void>} stop
 *
 * @typedef {RedisSentinelControl & AsyncDisposable} RedisSentinel
 */

const name = 'tt-master';

/** How long one failover may take. Another is not tried before twice that has passed. */
const failoverTimeoutMs = 2_000;

/**
 * How often a sentinel asks and tells; Redis's own 10, 1, 1 and 2 seconds are what a failover would take. Not more often,
 * because other times follow from these. A replica may take over only if it was heard of within five ping periods, and
 * while the master is gone it is asked once a second. And four publish periods is how long a sentinel lets a replica be
 * a master before it turns it back, if in that second it was not told by the one that promoted it.
 * A machine that stalls must not make them pause for 30 s, either (tilt mode).
 */
const pace = [
  ...['INFO-PERIOD', 500, 'PING-PERIOD', 500, 'ASK-PERIOD', 100, 'PUBLISH-PERIOD', 500],
  ...['TILT-TRIGGER', 60_000],
];

/**
 * Starts a master, replicas and the sentinels that watch them, on free loopback ports. They die with this process.
 *
 * @param {object} [options]
 * @param {number} [options.replicas] Default: 1.
 * @param {number} [options.sentinels] More than half of them must agree on a failover. Default: 3, as people run it.
 * @param {number} [options.downAfterMs] How long the master may be silent before a sentinel takes it for gone. Default:
 *   1,000 ms.
 * @param {string[]} [options.args] More arguments for the servers with the data.
 * @param {readonly import('./start-redis.js').RedisUser[]} [options.users] As of `startRedis`, of the servers with the
 *   data.
 * @returns {Promise<RedisSentinel>}
 */
export async function startRedisSentinel({
  replicas = 1,
  sentinels: sentinelCount = 3,
  downAfterMs = 1_000,
  args = [],
  users = [],
} = {}) {
  const dataArgs = ['--masteruser', control.username, '--masterauth', control.password, ...args];
  const first = await startRedis({ args: dataArgs, users });
  const replicaArgs = [...dataArgs, '--replicaof', first.host, `${first.port}`];
  const configuration = [
    `sentinel monitor ${name} ${first.host} ${first.port} ${Math.floor(sentinelCount / 2) + 1}`,
    `sentinel auth-user ${name} ${control.username}`,
    `sentinel auth-pass ${name} ${control.password}`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} ${failoverTimeoutMs}`,
    '',
  ].join('\n');
  const all = await allOrNone([
    Promise.resolve(first),
    ...Array.from({ length: replicas }, () => startRedis({ args: replicaArgs, users })),
    ...Array.from({ length: sentinelCount }, () => startSentinel(configuration)),
  ]);
  const servers = all.slice(0, 1 + replicas);
  const sentinels = all.slice(1 + replicas);
  const stop = () => stopAll(all);
  try {
    await waitUntil('the sentinels to know one another and every replica', async () => {
      const views = await Promise.all(sentinels.map(viewOf));
      return (
        views.every((view) => view.get('num-other-sentinels') === `${sentinelCount - 1}`) &&
        views.every((view) => view.get('num-slaves') === `${replicas}`) &&
        (await allFollow(first, servers))
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }

  const master = () =>
    waitUntil('the sentinels to agree on the master', async () => {
      const [port, ...others] = new Set(
        await Promise.all(running(sentinels).map(async (sentinel) => (await viewOf(sentinel)).get('port'))),
      );
      return others.length === 0 && servers.find((server) => `${server.port}` === port);
    });

  return {
    name,
    options: { name, sentinels: sentinels.map(({ host, port }) => ({ host, port })) },
    sentinels,
    servers,
    master,
    async failover(before) {
      return waitUntil(`a replica to take over from port ${before.port}`, async () => {
        const [leader] = running(sentinels);
        if (leader !== undefined && before.isRunning() && (await restsOn(before, leader))) {
          // Also where an earlier order came to nothing.
          await leader.command('SENTINEL', 'FAILOVER', name);
        }
        const now = await master();
        return now !== before && (await allFollow(now, running(servers))) && now;
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * @param {string} configuration To begin with: a sentinel writes into the file what it learns, and knows it again when it
 *   is restarted.
 */
function startSentinel(configuration) {
  return startServer({
    argsFor: async ({ port, folder }) => {
      const file = join(folder, 'sentinel.conf');
      const known = existsSync(file) ? await readFile(file, 'utf8') : configuration;
      // Those that we pass as arguments are in it by then, and Redis takes each only once.
      await writeFile(file, known.replace(/^user .*\n/gm, ''));
      return [file, '--sentinel', '--port', `${port}`];
    },
    onStart: (command) => command('SENTINEL', 'DEBUG', ...pace),
  });
}

/**
 * What a sentinel knows of the master.
 *
 * @param {RedisServer} sentinel
 * @returns {Promise<Map<unknown, unknown>>}
 */
async function viewOf(sentinel) {
  const fields = await sentinel.command('SENTINEL', 'MASTER', name);
  if (!Array.isArray(fields)) {
    throw new Error(`the sentinel on port ${sentinel.port} knows no ${name}`);
  }
  return new Map(fields.flatMap((field, index) => (index % 2 === 0 ? [[field, fields[index + 1]]] : [])));
}

/**
 * Whether a sentinel has this server for the master, and nothing under way.
 *
 * @param {RedisServer} server
 * @param {RedisServer} sentinel
 */
async function restsOn(server, sentinel) {
  const view = await viewOf(sentinel);
  return view.get('port') === `${server.port}` && !String(view.get('flags')).includes('failover_in_progress');
}

/**
 * Whether each of the servers is the master, or a replica of it that is in step.
 *
 * @param {RedisServer} master
 * @param {readonly RedisServer[]} servers
 */
async function allFollow(master, servers) {
  const follow = await Promise.all(
    servers.map(async (server) => {
      const role = await server.command('ROLE');
      const [kind, , port, link] = Array.isArray(role) ? role : [];
      return server === master ? kind === 'master' : kind === 'slave' && port === master.port && link === 'connected';
    }),
  );
  return follow.every(Boolean);
}
