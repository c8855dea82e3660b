/** How much is measured. */
export interface Pace {
  /** How often each contender is measured, each time in a fresh process. */
  readonly rounds: number;
  /** For how long the calls of one round go on. Milliseconds. */
  readonly measureMs: number;
  /** For how long they go on before that, unmeasured. Milliseconds. */
  readonly warmUpMs: number;
  /** How many there are at least before requests are measured: the compiler gets to few of them in a second. */
  readonly warmUpRequests: number;
}

export const FULL: Pace = { rounds: 5, measureMs: 300, warmUpMs: 350, warmUpRequests: 12_000 };

/** For a look while working: the ratios are about right, the last digit is not. */
export const QUICK: Pace = { rounds: 2, measureMs: 150, warmUpMs: 250, warmUpRequests: 3_000 };
