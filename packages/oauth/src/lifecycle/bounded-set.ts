import { OldestFirst } from '../oldest-first.js';

/** A set of strings that forgets its oldest beyond a size. */
export class BoundedSet {
  readonly #items = new Set<string>();
  readonly #oldest = new OldestFirst(this.#items);
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  add(item: string): void {
    this.#items.delete(item);
    this.#items.add(item);
    if (this.#items.size <= this.#size) return;
    const oldest = this.#oldest.next();
    if (oldest !== undefined) this.#items.delete(oldest);
  }

  delete(item: string): void {
    this.#items.delete(item);
  }
}
