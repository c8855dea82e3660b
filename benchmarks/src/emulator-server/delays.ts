/** How late an answer is: the first that strikes. About what an API on another continent takes, tail included. */
export const DELAYS = [
  { delayMs: 400, probability: 0.01 },
  { delayMs: 180, probability: 0.05 },
  { delayMs: 80, probability: 1 },
] as const;
