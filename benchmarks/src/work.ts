import type { Pace } from './harness/pace.js';
import type { Method, Metric, Prepare, Services } from './harness/subject.js';
import type { Table } from './report/table.js';

/** Who is measured. Its code is loaded only in the process that measures it. */
export interface Contender {
  readonly name: string;
  /** `ours`; `peer`: somebody's library; `floor`: by hand, what the work cannot be done without. */
  readonly role: 'ours' | 'peer' | 'floor';
  /** The packages whose versions stand beside it. */
  readonly packages: readonly string[];
  /** What it does more or less than ours, where it differs. */
  readonly note?: string;
  readonly load: () => Promise<Prepare>;
}

/** What is asked of ours, in a form that the numbers can answer. */
export type Aim =
  | {
      readonly kind: 'at most';
      readonly ours: string;
      readonly times: number;
      readonly than: string;
      readonly metric: Metric;
    }
  | {
      readonly kind: 'faster';
      readonly ours: string;
      readonly times: number;
      /** A contender's name, or the fastest of all peers. */
      readonly than: string | typeof BEST_PEER;
      readonly metric: Metric;
    }
  | { readonly kind: 'limit'; readonly ours: string; readonly most: number; readonly metric: Metric };

export const BEST_PEER = Symbol('the fastest of all peers');

/** The contenders that do the same thing, in one table. */
export interface Case {
  readonly name: string;
  readonly method: Method;
  readonly contenders: readonly Contender[];
  /** What the table shows. Default: all that the method measures. */
  readonly columns?: readonly Metric[];
  readonly aims: readonly Aim[];
}

interface Named {
  /** As `npm run bench` takes it. */
  readonly name: string;
  readonly title: string;
  /** What one call does, and what is the same for all. Markdown. */
  readonly about: string;
}

/** Cases that are measured in rounds, side by side. */
export interface Comparison extends Named {
  readonly kind: 'comparison';
  readonly cases: readonly Case[];
  /** Starts what the contenders talk to. Default: nothing. */
  readonly serve?: () => Promise<{ readonly services: Services; readonly stop: () => Promise<void> }>;
}

/** What is not a matter of calls: sizes, and the time an import takes. */
export interface Survey extends Named {
  readonly kind: 'survey';
  readonly survey: (pace: Pace) => Promise<readonly Table[]>;
}

export type Work = Comparison | Survey;
