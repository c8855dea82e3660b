// @ts-check
import { spawn } from 'node:child_process';

/**
 * Reads the ids of the processes to watch, the newest counts, an empty line stands for none. Once the pipe closes,
 * however whoever held it has died, it kills the process and removes the folder (its first argument).
 */
const script = `pid=
while read -r line; do pid=$line; done
[ -z "$pid" ] || kill -KILL "$pid"
rm -rf "$1"`;

/**
 * @typedef {object} Watchdog
 * @property {(pid: number | undefined) => void} watch From now on this process, or none: one that has ended must not be
 *   watched, because its id may go to another.
 * @property {() => void} end There is nothing left to do.
 */

/**
 * Cleans up behind this process. A process of its own, because nothing in this one runs any more when this one is killed.
 *
 * @param {string} folder
 * @returns {Watchdog}
 */
export function startWatchdog(folder) {
  const child = spawn('sh', ['-c', script, 'watchdog', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A Ctrl-C, or a signal to the whole process group, is not for it.
    detached: true,
  });
  child.unref();
  // A child's pipe is a socket underneath; it too must not keep this process from ending.
  /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (child.stdin)).unref();
  // It has ended before us only if somebody killed it, and then there is nobody to tell.
  child.stdin.on('error', () => undefined);
  return {
    watch: (pid) => void child.stdin.write(`${pid ?? ''}\n`),
    end: () => void child.kill('SIGKILL'),
  };
}
