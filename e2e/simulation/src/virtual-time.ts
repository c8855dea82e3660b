import { TaskQueue } from './task-queue.js';

/** Taken before they are replaced. */
const realSetImmediate = globalThis.setImmediate;

/** Something that happens at an instant. */
export interface Task {
  at: number;
  readonly strand: Strand;
  /** Timers of a process that was held up are due before the answers that it did not read. */
  readonly kind: 'timer' | 'message';
  readonly run: () => unknown;
  cancelled: boolean;
}

/**
 * A line of work that can be held up or cut off as one: a process, or the world around the processes. Whatever is begun
 * by a strand's work belongs to that strand.
 */
export class Strand {
  readonly name: string;
  #state: 'running' | 'held' | 'ended' = 'running';
  #backlog: Task[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get held(): boolean {
    return this.#state === 'held';
  }

  /** Nothing of it happens until it is let go. */
  hold(): void {
    if (this.#state === 'running') this.#state = 'held';
  }

  /** What should have happened meanwhile, in the order in which it happens now. */
  letGo(timersFirst: boolean): readonly Task[] {
    if (this.#state !== 'held') return [];
    this.#state = 'running';
    const backlog = this.#backlog;
    this.#backlog = [];
    if (!timersFirst) return backlog;
    return [...backlog.filter(({ kind }) => kind === 'timer'), ...backlog.filter(({ kind }) => kind === 'message')];
  }

  /** Nothing of it ever happens again. */
  end(): void {
    this.#state = 'ended';
    this.#backlog = [];
  }

  /** Whether the task may run now; one of a strand that is held up is kept. */
  admits(task: Task): boolean {
    if (this.#state === 'held') this.#backlog.push(task);
    return this.#state === 'running';
  }
}

/** 2026-01-01. */
const START_MS = Date.UTC(2026, 0, 1);

/**
 * Time that passes when nothing is left to do. Between two instants every promise that can go on does, so a run depends
 * on no clock and no machine.
 */
export class VirtualTime {
  /** The world around the processes: the store, TikTok, people. */
  readonly world = new Strand('world');
  readonly #queue = new TaskQueue();
  #elapsedMs = 0;
  #current: Strand = this.world;

  /** Since the start, in milliseconds: a clock that is never set. */
  readonly elapsedMs = (): number => this.#elapsedMs;
  /** The true time, in epoch milliseconds. */
  readonly now = (): number => START_MS + this.#elapsedMs;

  /** Lets something happen after `delayMs`. */
  after(delayMs: number, strand: Strand, run: () => unknown, kind: Task['kind'] = 'message'): Task {
    // As with real timers, what is due at once is due later.
    const task = { at: this.#elapsedMs + Math.max(0, delayMs), strand, kind, run, cancelled: false };
    this.#queue.add(task);
    return task;
  }

  /** Does something at once as part of a strand. */
  within<T>(strand: Strand, run: () => T): T {
    const before = this.#current;
    this.#current = strand;
    try {
      return run();
    } finally {
      this.#current = before;
    }
  }

  /** Lets a strand that was held up go on, from now. */
  letGo(strand: Strand, timersFirst: boolean): void {
    for (const task of strand.letGo(timersFirst)) {
      task.at = this.#elapsedMs;
      this.#queue.add(task);
    }
  }

  /** Lets time pass up to an instant, in milliseconds since the start. */
  async runUntil(untilMs: number): Promise<void> {
    for (let task = this.#queue.next(untilMs); task !== undefined; task = this.#queue.next(untilMs)) {
      if (task.cancelled) continue;
      this.#elapsedMs = Math.max(this.#elapsedMs, task.at);
      if (!task.strand.admits(task)) continue;
      this.#current = task.strand;
      task.run();
      await allPromises();
    }
    this.#elapsedMs = untilMs;
    this.#current = this.world;
  }

  /**
   * Puts this time and this chance in the place of the global ones, until it is disposed of. The lifecycle is handed a
   * clock; its timers, its monotonic clock and the jitter of its retries are the global ones.
   */
  install(random: () => number): Disposable {
    const replaced = [
      replace(globalThis, 'setTimeout', (run: (...args: unknown[]) => unknown, ms = 0, ...args: unknown[]) =>
        this.#timer(() => run(...args), Number(ms)),
      ),
      replace(globalThis, 'clearTimeout', cancel),
      replace(globalThis.performance, 'now', this.elapsedMs),
      replace(Date, 'now', this.now),
      replace(Math, 'random', random),
    ];
    return {
      [Symbol.dispose]: () => {
        for (const restore of replaced) restore();
      },
    };
  }

  #timer(run: () => unknown, ms: number): object {
    const task = this.after(Math.max(1, ms), this.#current, run, 'timer');
    return Object.assign(task, { unref: () => task, ref: () => task, hasRef: () => true });
  }
}

function cancel(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null) Reflect.set(timer, 'cancelled', true);
}

function replace(target: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}

/** A turn of the event loop comes when no promise is left that could go on. */
function allPromises(): Promise<void> {
  return new Promise((resolve) => {
    realSetImmediate(resolve);
  });
}
