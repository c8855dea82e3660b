import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { strangersEnvironment } from '@tt/tooling/strangers-environment';

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** Programs that run now: none outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of its own, which hears orders and says words. */
export class RunningProgram<Order extends object, Word> {
  readonly pid: number;
  readonly ended: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(word: Word) => void>();

  constructor(path: string, settings: object) {
    this.#child = fork(path, [JSON.stringify(settings)], {
      env: strangersEnvironment(),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    running.add(this.#child);
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${path} could not be started`);
    this.pid = pid;
    let stderr = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4_000);
    });
    // Where nobody is left to hear an order.
    this.#child.on('error', () => undefined);
    this.#child.on('message', (word: Word) => {
      for (const listener of this.#listeners) listener(word);
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      running.delete(this.#child);
      return { code, signal, stderr };
    });
  }

  order(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => undefined);
  }

  listen(listener: (word: Word) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * The first word that is one of those.
   *
   * @throws Error when the program ends without it.
   */
  async hear<Heard extends Word>(isIt: (word: Word) => word is Heard): Promise<Heard> {
    let forget = (): void => undefined;
    const heard = new Promise<Heard>((resolve) => {
      forget = this.listen((word) => {
        if (isIt(word)) resolve(word);
      });
    });
    try {
      return await Promise.race([
        heard,
        this.ended.then(({ code, signal, stderr }) => {
          throw new Error(`a program ended (${signal ?? code}) before it answered: ${stderr}`);
        }),
      ]);
    } finally {
      forget();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
