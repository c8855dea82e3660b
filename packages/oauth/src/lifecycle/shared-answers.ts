/**
 * One answer for everyone who asks for an account's token while it is being found. Reads and refreshes are shared below
 * this as well; but the way there costs a caller some 10 us, which a thousand at once would notice.
 */
export class SharedAnswers {
  readonly #running = new Map<string, Promise<string>>();

  /** The answer that is on its way, or what `ask` brings. */
  share(userId: string, ask: () => Promise<string>): Promise<string> {
    const running = this.#running.get(userId);
    if (running !== undefined) return running;
    const answer = ask().finally(() => {
      if (this.#running.get(userId) === answer) this.#running.delete(userId);
    });
    this.#running.set(userId, answer);
    return answer;
  }

  /** Who asks from now on does not get what is on its way: the account may have changed meanwhile (D17). */
  outdated(userId: string): void {
    this.#running.delete(userId);
  }
}
