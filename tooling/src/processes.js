// @ts-check
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './workspaces.js';

const onWindows = process.platform === 'win32';

/** How long a process may take to end after SIGTERM before it is killed. */
const gracePeriodMs = 5_000;

/**
 * How long what it started may take after that. Short, because a process that has ended and was not yet collected by
 * the system's first process looks alive, and in a container nobody may ever collect it.
 */
const followersGracePeriodMs = 500;

/**
 * The processes that run now, by the id of their leader. Each leads a process group of its own, so that one signal
 * reaches whatever it started as well (npx starts npm, which starts sh, which starts pnpm).
 *
 * @type {Map<number, import('node:child_process').ChildProcess>}
 */
const running = new Map();

let ending = false;

let killsOnExit = false;

/** @type {Map<NodeJS.Signals, () => void>} */
const handlers = new Map();

/** @type {NodeJS.Timeout | undefined} */
let orphanWatch;

/**
 * Runs a command to its end. Resolves whatever its exit code; rejects only if it cannot be started.
 *
 * @param {string} command A program on PATH.
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd] Default: the root of the repository.
 * @param {NodeJS.ProcessEnv} [options.env] The whole environment. Default: this process's own.
 * @param {'capture' | 'show'} [options.output] Keep the output for later (the default), or let it through.
 * @param {number} [options.timeoutMs] Then it is killed, and whatever it started with it. Default: never.
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} `output` holds stdout and stderr, as they
 *   came.
 */
export function run(command, args, { cwd = root, env = process.env, output = 'capture', timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: !onWindows,
      // npx and the files in node_modules/.bin are .cmd files there, which only a shell starts.
      shell: onWindows,
      stdio: output === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => reject(new Error(`could not start ${command}: ${error.message}`, { cause: error })));
    if (pid === undefined) {
      return;
    }
    running.set(pid, child);
    killOnExit();
    let timedOut = false;
    const timeout =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            signalGroup(pid, child, 'SIGKILL');
          }, timeoutMs);
    child.on('close', (code, signal) => {
      clearTimeout(timeout);
      // While everything is being ended nobody may go on with the next step: the promise stays open.
      if (ending) {
        return;
      }
      running.delete(pid);
      resolve({ code: code ?? exitCodeOf(signal), output: Buffer.concat(chunks).toString('utf8'), timedOut });
    });
  });
}

/**
 * From here on Ctrl-C, SIGTERM and the death of the npm that started us end this process together with everything
 * it runs, and leave nothing behind.
 */
export function endOnSignal() {
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    const handler = () => void endAll().finally(() => process.exit(exitCodeOf(signal)));
    handlers.set(signal, handler);
    process.on(signal, handler);
  }
  watchForOrphanhood();
}

/** Gives the signals back to whoever handles them next; being orphaned still arrives as a SIGTERM. */
export function releaseSignals() {
  for (const [signal, handler] of handlers) {
    process.off(signal, handler);
  }
  handlers.clear();
}

/** However this process ends, as long as it can still do something about it. */
function killOnExit() {
  if (!killsOnExit) {
    killsOnExit = true;
    process.on('exit', () => signalAll('SIGKILL'));
  }
}

/** Ends everything that runs: SIGTERM first, SIGKILL for what is still there after the grace period. */
async function endAll() {
  if (ending) {
    // A second Ctrl-C must not cut the first one's clean end short.
    return new Promise(() => {});
  }
  ending = true;
  signalAll('SIGTERM');
  await waitUntil(() => [...running.values()].every(hasEnded), gracePeriodMs);
  await waitUntil(() => ![...running.keys()].some(isGroupAlive), followersGracePeriodMs);
  signalAll('SIGKILL');
}

/**
 * @param {() => boolean} condition
 * @param {number} timeoutMs
 */
async function waitUntil(condition, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/** @param {NodeJS.Signals} signal */
function signalAll(signal) {
  for (const [pid, child] of running) {
    signalGroup(pid, child, signal);
  }
}

/**
 * @param {number} pid
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, child, signal) {
  if (onWindows) {
    spawn('taskkill', ['/pid', `${pid}`, '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** @param {number} pid */
function isGroupAlive(pid) {
  try {
    process.kill(onWindows ? pid : -pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * npm passes SIGTERM on only to the shell it started. Where that shell does not hand it further, or npm itself was
 * killed, the one thing left to notice is that our parent is another process than before.
 */
function watchForOrphanhood() {
  if (process.env.npm_lifecycle_event === undefined) {
    return;
  }
  const parent = process.ppid;
  orphanWatch = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(orphanWatch);
      process.kill(process.pid, 'SIGTERM');
    }
  }, 100);
  orphanWatch.unref();
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}
