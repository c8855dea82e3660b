import type { Task } from './virtual-time.js';

interface Queued {
  readonly task: Task;
  readonly at: number;
  /** What comes first at the same instant. */
  readonly turn: number;
}

/** Tasks by their instant, and in the order they came where that is the same: a binary heap. */
export class TaskQueue {
  readonly #heap: Queued[] = [];
  #turns = 0;

  add(task: Task): void {
    const heap = this.#heap;
    const added = { task, at: task.at, turn: this.#turns++ };
    let index = heap.push(added) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, added)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = added;
  }

  /** The next one that is due by then, taken out. */
  next(untilMs: number): Task | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.at > untilMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first.task;
  }

  #sink(sinking: Queued): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      if (left === undefined) break;
      const right = heap[2 * index + 2];
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, 2 * index + 2] : [left, 2 * index + 1];
      if (isBefore(sinking, child)) break;
      heap[index] = child;
      index = at;
    }
    heap[index] = sinking;
  }
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.at < b.at || (a.at === b.at && a.turn < b.turn);
}
