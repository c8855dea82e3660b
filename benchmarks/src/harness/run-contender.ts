import { fork } from 'node:child_process';
import { program } from '../paths.js';
import type { Job, Reply } from './job.js';
import type { Measurement } from './subject.js';

const TIMEOUT_MS = 120_000;

/**
 * One round of one contender, in a process of its own.
 *
 * @throws Error with what the contender said, where it fails, does not do the work, or does not come to an end.
 */
export function runContender(job: Job): Promise<Measurement> {
  const who = `${job.work}, ${job.caseName}: ${job.contender}`;
  return new Promise((resolve, reject) => {
    const child = fork(program('contender-process'), {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let reply: Reply | undefined;
    child.once('message', (message: Reply) => {
      reply = message;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (reply?.kind === 'measured') resolve(reply.measurement);
      else reject(new Error(`${who} ${reply === undefined ? `ended with ${signal ?? code}` : `failed: ${reply.why}`}`));
    });
    child.send(job);
  });
}
