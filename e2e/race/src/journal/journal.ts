import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { now } from './clock.js';
import type { Entry, What } from './entry.js';

const SUFFIX = '.jsonl';

/**
 * What one program saw. Each entry is with the system before the program goes on, so that a SIGKILL in the next
 * instruction loses none.
 */
export class Journal {
  readonly #file: number;
  readonly #from: string;

  constructor(folder: string, from: string) {
    this.#from = from;
    this.#file = openSync(join(folder, `${from}${SUFFIX}`), 'a');
  }

  note(what: What): void {
    writeSync(this.#file, `${JSON.stringify({ at: now(), from: this.#from, ...what })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Everything that all programs saw, in its order. */
export function readJournals(folder: string): readonly Entry[] {
  const entries = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
  return entries.sort((a, b) => a.at - b.at);
}
