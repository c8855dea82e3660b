// @ts-check
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const host = '127.0.0.1';
const oldestMajor = 7;
const startAttempts = 5;
const readyWithinMs = 10_000;

/** A cluster node listens on its port + 10000 as well, so both must be real ports. */
const highestPort = 65_535 - 10_000;

/** Kills a process (its first argument) once the pipe to whoever started it closes, however that one died. */
const watchdogScript = 'trap "" INT TERM HUP; read -r _; kill -KILL "$1" 2>/dev/null';

/**
 * @typedef {object} RedisControl
 * @property {string} url `redis://127.0.0.1:<port>`
 * @property {string} host
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<void>} stop Ends the server in good order and removes its files. May be called twice.
 * @property {() => Promise<void>} kill Kills it at once, as a crash would, and removes its files.
 *
 * @typedef {RedisControl & AsyncDisposable} RedisServer Leaving an `await using` block stops it too.
 */

/**
 * Starts a real redis-server on a free loopback port, with nothing kept on disk. It dies with this process.
 *
 * @param {object} [options]
 * @param {string[]} [options.args] More arguments for redis-server, such as `['--maxmemory', '10mb']`.
 * @returns {Promise<RedisServer>}
 */
export async function startRedis({ args = [] } = {}) {
  const program = await findRedisServer();
  /** @type {unknown} */
  let lastError;
  for (let attempt = 1; attempt <= startAttempts; attempt += 1) {
    try {
      return await startOn(await freePort(), program, args);
    } catch (error) {
      lastError = error;
      // Between our look and Redis's bind somebody else took the port: take another one.
      if (!(error instanceof Error && error.message.includes('Address already in use'))) {
        break;
      }
    }
  }
  throw lastError;
}

/**
 * The redis-server to use: `REDIS_SERVER`, else the one on PATH, else one that is installed now. Version 7 or later.
 *
 * @returns {Promise<string>}
 */
export async function findRedisServer() {
  const chosen = process.env.REDIS_SERVER;
  if (chosen) {
    return checkVersion(chosen);
  }
  const found = await onPath('redis-server');
  if (found !== undefined) {
    return checkVersion(found);
  }
  await installRedis();
  const installed = await onPath('redis-server');
  if (installed === undefined) {
    throw new Error('redis-server was installed but is not on PATH; set REDIS_SERVER to where it is');
  }
  return checkVersion(installed);
}

/** @param {string} program */
async function checkVersion(program) {
  const { stdout } = await execute(program, ['--version']).catch((error) => {
    throw new Error(`${program} --version failed: ${error.message}`, { cause: error });
  });
  const version = /\bv=(\d+)\.\S+/.exec(stdout);
  if (version === null || Number(version[1]) < oldestMajor) {
    throw new Error(
      `${program} is ${version?.[0].slice(2) ?? 'no redis-server'}; Redis ${oldestMajor} or later is needed: ` +
        'install one and set REDIS_SERVER to it',
    );
  }
  return program;
}

/**
 * @param {string} program
 * @returns {Promise<string | undefined>}
 */
async function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function installRedis() {
  const apt = await onPath('apt-get');
  const brew = await onPath('brew');
  const asRoot = process.getuid?.() === 0;
  const sudo = asRoot ? undefined : await passwordlessSudo();
  if (apt !== undefined && (asRoot || sudo !== undefined)) {
    console.error('Installing redis-server (apt-get) ...');
    await aptInstall(sudo === undefined ? [apt] : [sudo, '-n', apt]);
  } else if (brew !== undefined) {
    console.error('Installing redis (brew) ...');
    await execute(brew, ['install', 'redis']);
  } else {
    throw new Error(
      'redis-server is needed and not installed: `sudo apt-get install redis-server`, `brew install redis`, ' +
        'or set REDIS_SERVER to a redis-server of version 7 or later',
    );
  }
}

async function passwordlessSudo() {
  const sudo = await onPath('sudo');
  if (sudo === undefined) {
    return undefined;
  }
  return execute(sudo, ['-n', 'true']).then(
    () => sudo,
    () => undefined,
  );
}

/** @param {string[]} apt The command that runs apt-get as root. */
async function aptInstall([program = 'apt-get', ...args]) {
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  };
  const deadline = Date.now() + 180_000;
  for (;;) {
    try {
      await execute(program, [...args, 'update'], options);
      await execute(program, [...args, 'install', '--yes', '--no-install-recommends', 'redis-server'], options);
      return;
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      // Another process is installing, perhaps the very same thing: a test beside this one, or the system's updates.
      if (!/could not get lock|unable to lock|is held by process/i.test(output) || Date.now() > deadline) {
        throw new Error(`apt-get could not install redis-server: ${output.trim()}`, { cause: error });
      }
      await sleep(1_000);
    }
  }
}

async function freePort() {
  for (;;) {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address !== null && typeof address === 'object' && address.port <= highestPort) {
      return address.port;
    }
  }
}

/**
 * @param {number} port
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<RedisServer>}
 */
async function startOn(port, program, args) {
  const folder = await mkdtemp(join(tmpdir(), 'tt-redis-'));
  const child = spawn(
    program,
    ['--port', `${port}`, '--bind', host, '--dir', folder, '--save', '', '--appendonly', 'no', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    // Read to the end, or the server would block on a full pipe; the newest lines are enough for an error.
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  }
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
  });
  const { pid } = child;
  const watchdog = pid === undefined ? undefined : watchOver(pid);

  /** @param {NodeJS.Signals} signal */
  async function end(signal) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
    }
    await ended;
    watchdog?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }

  const ready = await Promise.race([answers(port, pid), ended.then(() => false)]);
  if (pid === undefined || !ready) {
    await end('SIGKILL');
    throw new Error(`redis-server did not start on port ${port}: ${output.trim() || 'it said nothing'}`);
  }
  const stop = () => end('SIGTERM');
  return {
    url: `redis://${host}:${port}`,
    host,
    port,
    pid,
    stop,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * A process of its own, because nothing in this one runs any more when this one is killed.
 *
 * @param {number} pid
 */
function watchOver(pid) {
  const watchdog = spawn('sh', ['-c', watchdogScript, 'watchdog', `${pid}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.unref();
  // A child's pipe is a socket underneath; it too must not keep this process from ending.
  /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (watchdog.stdin)).unref();
  return watchdog;
}

/**
 * Whether the server answers before the time is up, and is ours: another one may have taken the port in between. One
 * that asks for a password first cannot be asked who it is, and counts as ready.
 *
 * @param {number} port
 * @param {number | undefined} pid
 */
async function answers(port, pid) {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    const answer = await ask(port).catch(() => '');
    if (answer.startsWith('-NOAUTH') || (answer.startsWith('+PONG') && answer.includes(`process_id:${pid}\r\n`))) {
      return true;
    }
    await sleep(20);
  }
  return false;
}

/**
 * @param {number} port
 * @returns {Promise<string>} All that the server said until it hung up.
 */
async function ask(port) {
  const socket = connect({ port, host, timeout: 1_000 });
  socket.once('timeout', () => socket.destroy(new Error('no answer')));
  socket.setEncoding('utf8').end('PING\r\nINFO server\r\nQUIT\r\n');
  let answer = '';
  for await (const text of socket) {
    answer += text;
  }
  return answer;
}
