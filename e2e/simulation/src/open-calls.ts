import type { What } from './happening.js';
import type { VirtualProcess } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';

interface OpenCall {
  readonly process: VirtualProcess;
  readonly since: number;
  readonly onCutOff: (() => void) | undefined;
}

/** The calls that the application has made and that have not ended. */
export class OpenCalls {
  readonly #time: VirtualTime;
  readonly #hear: (what: What) => void;
  readonly #open = new Set<OpenCall>();

  constructor(time: VirtualTime, hear: (what: What) => void) {
    this.#time = time;
    this.#hear = hear;
  }

  /**
   * Makes a call in a process.
   *
   * @param onCutOff Called where the process is killed in the middle of it.
   */
  make(process: VirtualProcess, call: () => Promise<void>, onCutOff?: () => void): void {
    const open: OpenCall = { process, since: this.#time.now(), onCutOff };
    this.#open.add(open);
    this.#time.after(0, process.strand, () => {
      void call()
        .catch((error: unknown) => this.#hear({ kind: 'unexpected', process: process.name, error: textOf(error) }))
        .finally(() => this.#open.delete(open));
    });
  }

  /** A process was killed. */
  cutOff(process: string): void {
    for (const open of this.#open) {
      if (open.process.name !== process) continue;
      this.#open.delete(open);
      open.onCutOff?.();
    }
  }

  /** Those that should have ended by now. */
  complain(): void {
    for (const { process, since } of this.#open) this.#hear({ kind: 'unanswered_call', process: process.name, since });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
