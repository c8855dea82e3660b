import type { Sleep } from '@tt/resilience';

/** Time and chance, as everything in the lifecycle sees them (D13). */
export interface Timing {
  /** The wall clock, in epoch milliseconds: what lifetimes are compared with. */
  readonly now: () => number;
  /** A clock that is never set, in milliseconds: what waits are measured with. */
  readonly monotonic: () => number;
  readonly sleep: Sleep;
  /** From 0 up to 1. */
  readonly random: () => number;
}
