import { fork } from 'node:child_process';
import { once } from 'node:events';
import { program } from '../paths.js';
import { nextMessage } from './next-message.js';

/**
 * A server in a process of its own, so that only the client is measured. It tells its address once, and ends with this
 * process.
 *
 * @param name As in tsup.config.ts.
 */
export async function serveProgram(
  name: string,
  args: readonly string[] = [],
): Promise<{ readonly address: unknown; readonly stop: () => Promise<void> }> {
  const child = fork(program(name), [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const address = await nextMessage(child, name);
  return {
    address,
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
