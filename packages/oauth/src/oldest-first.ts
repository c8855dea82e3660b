/**
 * Walks a Map or a Set from its oldest entry on, for those who drop what they are given. A new iterator would pass all
 * that was dropped before each time, which in V8 takes 10 µs at 10,000 entries; one that is kept passes it once.
 */
export class OldestFirst<Item> {
  readonly #items: { keys(): IterableIterator<Item> };
  #walk: Iterator<Item>;

  constructor(items: { keys(): IterableIterator<Item> }) {
    this.#items = items;
    this.#walk = items.keys();
  }

  /** The oldest, which is to be deleted now, or put in again at the end; `undefined` where there is none. */
  next(): Item | undefined {
    const { done, value } = this.#walk.next();
    if (done !== true) return value;
    // At its end it stays there, whatever is put in later.
    this.#walk = this.#items.keys();
    return this.#walk.next().value;
  }
}
