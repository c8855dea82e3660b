import type { ChildProcess } from 'node:child_process';

/**
 * The next thing that a process of ours says. Rejects where it ends without a word.
 *
 * @param name What the process is called in that error.
 */
export function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      child.off('message', onMessage);
      reject(new Error(`${name} ended with ${signal ?? code} and said nothing`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
