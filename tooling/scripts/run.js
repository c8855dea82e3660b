// @ts-check
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SetupError, setup } from '../src/setup.js';

const [command, ...args] = process.argv.slice(2);

try {
  if (command === undefined) {
    throw new SetupError('usage: node tooling/scripts/run.js <command> [arguments]');
  }
  await setup();
  process.exitCode = await passThrough(command, args);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

/**
 * Runs a command as if it had been typed instead of us: same terminal, same signals, same exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function passThrough(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
    for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => child.kill(signal));
    }
    child.on('error', (error) => reject(new SetupError(`could not start ${command}: ${error.message}`)));
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
