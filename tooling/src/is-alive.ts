import { readFileSync } from 'node:fs';

/**
 * Whether a process still runs. One that has ended but was not yet collected by its parent does not, though it takes
 * signals: in a container nobody may ever collect it.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
