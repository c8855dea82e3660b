/** Work that no caller waits for, but closing does. */
export class LooseWork {
  readonly #work = new Set<Promise<unknown>>();

  /** Remembers it until it ends. */
  add<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const ended = (): void => void this.#work.delete(work);
    work.then(ended, ended);
    return work;
  }

  /** Resolves when all of it has ended. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }
}
