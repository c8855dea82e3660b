// @ts-check
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from './connection.js';
import { findRedisServer } from './find-redis-server.js';
import { freePort, host } from './free-port.js';
import { launch } from './launch.js';
import { startWatchdog } from './watchdog.js';

/**
 * @typedef {object} RedisClientTls What a client needs to trust the server, and to be trusted by it.
 * @property {string} ca PEM.
 * @property {string} [cert] PEM. Only where the server asks for it.
 * @property {string} [key] PEM. Only where the server asks for it.
 *
 * @typedef {object} RedisClientOptions
 * @property {string} host
 * @property {number} port
 * @property {RedisClientTls} [tls]
 *
 * @typedef {object} RedisControl
 * @property {string} url `redis://127.0.0.1:<port>`; with TLS `rediss://`. It names no user.
 * @property {RedisClientOptions} options What a client needs beside a user: `new Redis(server.options)`.
 * @property {string} host
 * @property {number} port
 * @property {number} pid Another one after each `restart()`.
 * @property {string} folder Where it keeps its files, until it is stopped.
 * @property {import('./connection.js').RedisConnection['command']} command Sends one command, as a user who may do
 *   everything, on a connection of its own. Waits as long as it takes.
 * @property {() => boolean} isRunning
 * @property {() => Promise<void>} kill Kills it at once, as a crash would. `restart()` brings it back.
 * @property {() => Promise<void>} restart Kills it if it still runs, and starts it again on the same port, without data.
 * @property {() => Promise<void>} stop Ends the server in good order and removes its files. May be called twice.
 *
 * @typedef {RedisControl & AsyncDisposable} RedisServer Leaving an `await using` block stops it too.
 */

/** Everything here is done as this user, so that a test can turn the default user off and still look inside. */
export const control = { username: 'tooling', password: 'tooling' };

const startAttempts = 5;

/** How long a server may take to end in good order. */
const gracePeriodMs = 1_000;

/**
 * Starts one redis-server, of whatever kind, on a free loopback port. It dies with this process.
 *
 * @param {object} options
 * @param {(place: { port: number, folder: string }) => string[] | Promise<string[]>} options.argsFor The arguments for
 *   redis-server, beside those that all kinds share.
 * @param {RedisClientTls | undefined} [options.tls]
 * @param {(command: RedisControl['command']) => Promise<unknown>} [options.onStart] What has to be said to it each time
 *   it has started, because no argument can.
 * @returns {Promise<RedisServer>}
 */
export async function startServer({ argsFor, tls, onStart }) {
  const program = await findRedisServer();
  const folder = await mkdtemp(join(tmpdir(), 'tt-redis-'));
  const watchdog = startWatchdog(folder);

  /** @param {number} port */
  async function launchOn(port) {
    const args = [...(await argsFor({ port, folder })), '--bind', host, '--dir', folder, ...userArgs(control)];
    return launch({ program, args, watchdog, serves: (pid) => isReady({ port, pid, tls, onStart }) });
  }

  async function dispose() {
    watchdog.end();
    await rm(folder, { recursive: true, force: true });
  }

  /** @type {{ port: number, process: import('./launch.js').RunningServer }} */
  let running;
  try {
    running = await unlessPortTaken(async () => {
      const port = await freePort();
      return { port, process: await launchOn(port) };
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  const { port } = running;

  async function stop() {
    // One that is busy with a script, or halted by a signal, does not hear SIGTERM.
    const impatience = setTimeout(() => void running.process.end('SIGKILL'), gracePeriodMs);
    await running.process.end('SIGTERM');
    clearTimeout(impatience);
    await dispose();
  }

  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://${host}:${port}`,
    options: { host, port, ...(tls === undefined ? {} : { tls }) },
    host,
    port,
    get pid() {
      return running.process.pid;
    },
    folder,
    async command(...args) {
      const connection = await connectRedis({ host, port, tls, ...control });
      try {
        return await connection.command(...args);
      } finally {
        connection.close();
      }
    },
    isRunning: () => running.process.isRunning(),
    kill: () => running.process.end('SIGKILL'),
    async restart() {
      await running.process.end('SIGKILL');
      running = { port, process: await unlessPortTaken(() => launchOn(port)) };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * The arguments that make a user. The password goes as a digest, so that it may hold any character.
 *
 * @param {object} user
 * @param {string} user.username
 * @param {string} user.password
 * @param {string[]} [user.rules] Default: everything is allowed.
 */
export function userArgs({ username, password, rules = ['~*', '&*', '+@all'] }) {
  const digest = createHash('sha256').update(password).digest('hex');
  return ['--user', username, 'on', `#${digest}`, ...rules];
}

/**
 * Between our look and Redis's bind somebody else may have taken the port: then try again.
 *
 * @template T
 * @param {() => Promise<T>} start
 * @returns {Promise<T>}
 */
async function unlessPortTaken(start) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('Address already in use');
      if (!isTaken || attempt === startAttempts) {
        throw error;
      }
      await sleep(20 * attempt);
    }
  }
}

/**
 * Whether the server answers, and is ours: another one may have taken the port in between.
 *
 * @param {object} options
 * @param {number} options.port
 * @param {number} options.pid
 * @param {RedisClientTls | undefined} options.tls
 * @param {((command: RedisControl['command']) => Promise<unknown>) | undefined} options.onStart
 */
async function isReady({ port, pid, tls, onStart }) {
  try {
    const { command, close } = await connectRedis({ host, port, tls, ...control, silenceMs: 1_000 });
    const info = String(await command('INFO', 'server'));
    const isOurs = info.includes(`process_id:${pid}\r\n`);
    if (isOurs) {
      await onStart?.(command);
    }
    close();
    return isOurs;
  } catch {
    return false;
  }
}
