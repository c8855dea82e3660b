import type { Journal } from '../journal/journal.js';

/** Where in a refresh request a process is struck. */
export const POINTS = ['before', 'after effect', 'after answer'] as const;
export type Point = (typeof POINTS)[number];

/** A signal to a process, at a point of one of its next refresh requests. */
export interface StrikeOrder {
  readonly process: string;
  readonly pid: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly point: Point;
  /** Of this user. Default: whoever comes first. */
  readonly userId?: string | undefined;
}

interface Strike {
  readonly point: Point;
  carryOut(): void;
}

/** Strikes that wait for their moment. */
export class Strikes {
  #waiting: StrikeOrder[] = [];
  #disarmed = false;
  readonly #journal: Journal;
  readonly #onStruck: (order: StrikeOrder) => void;

  constructor(journal: Journal, onStruck: (order: StrikeOrder) => void) {
    this.#journal = journal;
    this.#onStruck = onStruck;
  }

  add(order: StrikeOrder): void {
    this.#waiting.push(order);
  }

  /** From now on nobody is struck, not even in a request that has begun. */
  disarm(): void {
    this.#disarmed = true;
    this.#waiting = [];
  }

  /** The one that is meant for this request; it is nobody else's from now on. */
  take(process: string, userId: string): Strike | undefined {
    const index = this.#waiting.findIndex(
      (order) => order.process === process && (order.userId === undefined || order.userId === userId),
    );
    const [order] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (order === undefined) return undefined;
    const { point, pid, signal } = order;
    return {
      point,
      carryOut: () => {
        if (this.#disarmed) return;
        this.#journal.note({ kind: 'struck', process, signal, point });
        try {
          globalThis.process.kill(pid, signal);
        } catch {
          // It has ended by itself meanwhile.
        }
        this.#onStruck(order);
      },
    };
  }
}
