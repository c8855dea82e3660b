// @ts-check
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const readyWithinMs = 10_000;

/**
 * @typedef {object} RunningServer
 * @property {number} pid
 * @property {() => boolean} isRunning
 * @property {(signal: NodeJS.Signals) => Promise<void>} end Resolves once it has ended. May be called twice.
 */

/**
 * Starts a redis-server and waits until it serves.
 *
 * @param {object} options
 * @param {string} options.program
 * @param {string[]} options.args
 * @param {import('./watchdog.js').Watchdog} options.watchdog
 * @param {(pid: number) => Promise<boolean>} options.serves Whether it is ready; asked until it says so.
 * @returns {Promise<RunningServer>}
 */
export async function launch({ program, args, watchdog, serves }) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  watchdog.watch(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    // Read to the end, or the server would block on a full pipe; the newest lines are enough for an error.
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  }
  child.once('exit', () => watchdog.watch(undefined));
  let isRunning = true;
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', (error) => {
      output += error.message;
      resolve(error);
    });
  }).then(() => {
    isRunning = false;
  });

  /** @param {NodeJS.Signals} signal */
  async function end(signal) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
    }
    await ended;
  }

  const { pid } = child;
  const deadline = Date.now() + readyWithinMs;
  while (pid !== undefined && isRunning && Date.now() < deadline) {
    if (await serves(pid)) {
      return { pid, isRunning: () => isRunning, end };
    }
    await Promise.race([sleep(20), ended]);
  }
  await end('SIGKILL');
  throw new Error(`redis-server did not start: ${output.trim() || 'it said nothing'}`);
}
