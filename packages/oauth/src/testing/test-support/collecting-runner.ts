import type { TestRunner } from '../describe-token-store.js';

interface Collected {
  readonly groups: readonly string[];
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A test runner that only collects what it is told to run. */
export class CollectingRunner implements TestRunner {
  readonly tests: Collected[] = [];
  readonly #groups: string[] = [];

  // Runners are called without `this`, as `{ describe, it }`.
  readonly describe = (name: string, define: () => void): void => {
    this.#groups.push(name);
    define();
    this.#groups.pop();
  };

  readonly it = (name: string, run: () => Promise<void>): void => {
    this.tests.push({ groups: [...this.#groups], name, run });
  };

  /** The error of each test that fails, by the last word on where it stands: `group: name`. */
  async failures(): Promise<Map<string, unknown>> {
    const failures = new Map<string, unknown>();
    for (const { groups, name, run } of this.tests) {
      await run().catch((error: unknown) => failures.set(`${groups.at(-1)}: ${name}`, error));
    }
    return failures;
  }
}
