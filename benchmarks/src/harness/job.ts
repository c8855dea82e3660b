import type { Pace } from './pace.js';
import type { Measurement, Services } from './subject.js';

/** What a contender's process is asked. */
export interface Job {
  readonly work: string;
  readonly caseName: string;
  readonly contender: string;
  readonly services: Services;
  readonly pace: Pace;
}

/** What it answers, once. */
export type Reply =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly why: string };
