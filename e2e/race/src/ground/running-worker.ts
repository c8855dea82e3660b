import { Link } from '../chaos/link.js';
import type { Journal } from '../journal/journal.js';
import type { WorkerOrder, WorkerSettings, WorkerWord } from '../programs/worker.js';
import type { Outcome } from '../worker/callers.js';
import { type Exit, RunningProgram } from './program.js';

type WithoutId<Order> = Order extends { readonly id: number } ? Omit<Order, 'id'> : never;

/** A process under test, and the two links it hangs on. */
export class RunningWorker {
  readonly name: string;
  readonly redis: Link;
  readonly tiktok: Link;
  readonly program: RunningProgram<WorkerOrder, WorkerWord>;
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<Exit>;
  readonly #journal: Journal;
  #orders = 0;
  #killed = false;

  private constructor(
    name: string,
    parts: {
      readonly redis: Link;
      readonly tiktok: Link;
      readonly program: RunningProgram<WorkerOrder, WorkerWord>;
      readonly journal: Journal;
    },
  ) {
    this.name = name;
    this.redis = parts.redis;
    this.tiktok = parts.tiktok;
    this.program = parts.program;
    this.#journal = parts.journal;
    this.ended = this.program.ended.then((exit) => this.#over(exit));
  }

  static async start(
    path: string,
    options: {
      readonly settings: Omit<WorkerSettings, 'redisUrl' | 'apiBaseUrl'>;
      readonly redisPort: number;
      readonly witnessPort: number;
      readonly journal: Journal;
    },
  ): Promise<RunningWorker> {
    const [redis, tiktok] = await Promise.all([
      Link.open(() => options.redisPort),
      Link.open(() => options.witnessPort),
    ]);
    const settings: WorkerSettings = {
      ...options.settings,
      redisUrl: `redis://127.0.0.1:${redis.port}`,
      apiBaseUrl: `http://127.0.0.1:${tiktok.port}`,
    };
    const program = new RunningProgram<WorkerOrder, WorkerWord>(path, settings);
    const worker = new RunningWorker(settings.name, { redis, tiktok, program, journal: options.journal });
    await program.hear((word): word is WorkerWord & { kind: 'ready' } => word.kind === 'ready');
    return worker;
  }

  hammer(): void {
    this.program.order({ kind: 'hammer' });
  }

  /** Signs these users in. */
  async connect(userIds: readonly string[]): Promise<void> {
    await this.#answered({ kind: 'connect', userIds });
  }

  /** What so many callers of one user are given. */
  async ask(
    userId: string,
    { callers = 1, at }: { readonly callers?: number; readonly at?: number } = {},
  ): Promise<readonly Outcome[]> {
    return this.#answered({ kind: 'ask', userId, callers, ...(at === undefined ? {} : { at }) });
  }

  /** Makes every account show whether its refresh token is good. */
  async sweep(): Promise<void> {
    await this.#answered({ kind: 'sweep' });
  }

  kill(): void {
    this.#killed = true;
    this.program.signal('SIGKILL');
  }

  stop(): void {
    this.#journal.note({ kind: 'stopped', process: this.name });
    this.program.signal('SIGSTOP');
  }

  wake(): void {
    this.#journal.note({ kind: 'woken', process: this.name });
    this.program.signal('SIGCONT');
  }

  /** Lets everything pass again. */
  heal(to: 'redis' | 'tiktok'): void {
    this[to].heal();
    this.#journal.note({ kind: 'link', process: this.name, to, how: 'healed' });
  }

  /** Puts its clock forward. */
  async advance(ms: number): Promise<void> {
    await this.#answered({ kind: 'advance', ms });
  }

  /** Lets it end in good order; one that does not is killed, and that is told. */
  async finish(withinMs: number): Promise<void> {
    this.program.order({ kind: 'finish' });
    const impatience = setTimeout(() => {
      this.#journal.note({
        kind: 'crashed',
        process: this.name,
        how: `had not ended ${withinMs} ms after it was told to`,
      });
      this.kill();
    }, withinMs);
    await this.ended;
    clearTimeout(impatience);
  }

  async #answered(order: WithoutId<WorkerOrder>): Promise<readonly Outcome[]> {
    const id = ++this.#orders;
    const answer = this.program.hear(
      (word): word is WorkerWord & { kind: 'done' } => word.kind === 'done' && word.id === id,
    );
    this.program.order({ ...order, id });
    const { error, outcomes = [] } = await answer;
    if (error !== undefined) throw new Error(`${this.name} could not ${order.kind}: ${error}`);
    return outcomes;
  }

  #over(exit: Exit): Exit {
    this.redis.close();
    this.tiktok.close();
    if (exit.signal === 'SIGKILL') {
      this.#journal.note({ kind: 'killed', process: this.name, byDriver: this.#killed });
    } else if (exit.code !== 0 || exit.stderr !== '') {
      const how = `ended with ${exit.signal ?? exit.code}: ${exit.stderr}`;
      this.#journal.note({ kind: 'crashed', process: this.name, how });
    }
    return exit;
  }
}
