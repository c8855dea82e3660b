/** What a contender hands to the harness: one call, and the proof that it did the work. */
export interface Subject {
  /** The work, once. What it gives back, or resolves with, goes to `check`. */
  readonly call: () => unknown;
  /** Throws where a result is not what the work asks for. It runs before and after measuring, never within. */
  readonly check: (result: unknown) => void | Promise<void>;
  /** Runs what is measured, for a contender that needs something around its calls. Default: nothing around them. */
  readonly within?: (measure: () => Promise<void>) => Promise<void>;
  /** Further numbers about what was done, such as how many commands it took. */
  readonly counts?: () => Promise<Partial<Record<Metric, number>>>;
  readonly close?: () => void | Promise<void>;
}

/**
 * What is measured. Times are nanoseconds: `time` the wall-clock time of a call (of requests at once, the share of it that
 * falls to each), `average` how long a caller waits, `cpu` processor time of the process. The others are counts.
 */
export type Metric =
  | 'time'
  | 'average'
  | 'p95'
  | 'p99'
  | 'cpu'
  | 'total'
  | 'requests'
  | 'commands'
  | 'stale'
  | 'failed'
  | 'bytes';

export type Measurement = Partial<Record<Metric, number>>;

/** Addresses of the services that a work needs, by name: `redis`, `origin`. */
export type Services = Readonly<Record<string, string>>;

/** Makes a subject, in the process in which it is then measured. */
export type Prepare = (services: Services) => Subject | Promise<Subject>;

/** How the calls are made, and so what is measured. */
export type Method =
  /** One after another, in batches: for work that takes nanoseconds to microseconds and does no I/O. */
  | { readonly kind: 'calls' }
  /** A number of them in flight: wall-clock and processor time of each, and which is compared. */
  | {
      readonly kind: 'requests';
      readonly inFlight: number;
      readonly compared: 'time' | 'average' | 'cpu';
      /** How many come first, unmeasured. Default: the pace's. */
      readonly warmUpRequests?: number;
    }
  /** One call that is the whole work; each round is a process that does it once. */
  | { readonly kind: 'burst'; readonly compared: 'total' | 'bytes' };
