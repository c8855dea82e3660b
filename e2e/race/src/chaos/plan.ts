import type { EmulatorFault } from '@tt/emulator';
import { Random } from '@tt/tooling/random';
import { POINTS, type Point } from '../tiktok/strikes.js';

/** A lease lasts 15 seconds; this is past it. */
const PAST_LEASE_MS = { least: 15_500, most: 19_000 };
const SHORT_PAUSE_MS = { least: 50, most: 4_000 };
/** Mishaps beyond the ones that every race has, in each ten seconds. */
const FURTHER_IN_TEN_SECONDS = 9;

/** Something that goes wrong. Processes are told by their place among all that run. */
export type Mishap =
  | { readonly kind: 'kill'; readonly worker: number; readonly point: Point | 'anywhere'; readonly backAfterMs: number }
  | { readonly kind: 'pause'; readonly worker: number; readonly point: Point | 'anywhere'; readonly forMs: number }
  | { readonly kind: 'redis'; readonly data: 'kept' | 'lost'; readonly downMs: number }
  | {
      readonly kind: 'link';
      readonly worker: number;
      readonly to: 'redis' | 'tiktok';
      readonly how: 'cut' | 'refuse' | 'stall' | { readonly slowByMs: number };
      readonly forMs: number;
    }
  | {
      readonly kind: 'fault';
      readonly fault: EmulatorFault;
      readonly probability: number;
      readonly forMs: number;
    }
  | { readonly kind: 'disconnect'; readonly account: number };

/** A mishap, and when it comes, in milliseconds from the start. */
export type Planned = { readonly atMs: number } & Mishap;

export interface PlanOptions {
  readonly seed: string;
  readonly seconds: number;
  readonly workers: number;
  readonly accounts: number;
}

/** What TikTok does wrong before a request has taken effect. */
const HARMLESS: readonly [EmulatorFault, ...EmulatorFault[]] = [
  'server_error',
  'temporarily_unavailable',
  'html',
  'rate_limit',
  'hang',
  'reset',
  { kind: 'status', status: 503 },
  { kind: 'slow_headers', delayMs: 700 },
];

/** What it does wrong after that: the refresh token is spent, and the answer is lost. */
const LOSING: readonly [EmulatorFault, ...EmulatorFault[]] = [
  { kind: 'reset', after: 'effect' },
  { kind: 'reset', after: 'half_answer' },
  'truncated_json',
  { kind: 'html', after: 'effect' },
  { kind: 'slow_body', delayMs: 2_500 },
];

/** The mishaps of a race, in the order of time: the same for the same seed. Every kind comes at least once. */
export function planOf({ seed, seconds, workers, accounts }: PlanOptions): readonly Planned[] {
  const random = new Random(`${seed}/plan`);
  const draws = {
    kill: (point: Point | 'anywhere' = random.pick([...POINTS, 'anywhere'])): Mishap => ({
      kind: 'kill',
      worker: random.whole(0, workers - 1),
      point,
      backAfterMs: random.whole(0, 1_500),
    }),
    pause: (long: boolean, point: Point | 'anywhere' = random.pick([...POINTS, 'anywhere'])): Mishap => {
      const { least, most } = long ? PAST_LEASE_MS : SHORT_PAUSE_MS;
      return {
        kind: 'pause',
        worker: random.whole(0, workers - 1),
        point,
        forMs: random.whole(least, most),
      };
    },
    redis: (data: 'kept' | 'lost'): Mishap => ({ kind: 'redis', data, downMs: random.whole(0, 3_000) }),
    link: (): Mishap => ({
      kind: 'link',
      worker: random.whole(0, workers - 1),
      to: random.pick(['redis', 'tiktok']),
      how: random.pick(['cut', 'cut', 'refuse', 'stall', { slowByMs: random.whole(20, 1_200) }]),
      forMs: random.whole(100, 6_000),
    }),
    harmless: (): Mishap => ({
      kind: 'fault',
      fault: random.pick(HARMLESS),
      probability: random.between(0.1, 0.8),
      forMs: random.whole(500, 3_000),
    }),
    losing: (): Mishap => ({
      kind: 'fault',
      fault: random.pick(LOSING),
      probability: random.between(0.03, 0.2),
      forMs: random.whole(1_000, 3_000),
    }),
    disconnect: (): Mishap => ({ kind: 'disconnect', account: random.whole(0, accounts - 1) }),
  };
  const always = [
    ...[...POINTS, 'anywhere' as const].map((point) => draws.kill(point)),
    draws.pause(true, 'after effect'),
    draws.pause(true),
    draws.redis('kept'),
    draws.losing(),
    draws.losing(),
    draws.harmless(),
    draws.link(),
    draws.disconnect(),
  ];
  const weights = new Map([
    ['kill', 5],
    ['pause', 3],
    ['long pause', 1],
    ['redis', 1],
    ['link', 6],
    ['harmless', 3],
    ['losing', 3],
    ['disconnect', 5],
  ] as const);
  const further = Array.from({ length: Math.round((seconds / 10) * FURTHER_IN_TEN_SECONDS) }, (): Mishap => {
    const kind = random.weighted(weights);
    switch (kind) {
      case 'pause':
        return draws.pause(false);
      case 'long pause':
        return draws.pause(true);
      case 'redis':
        return draws.redis('kept');
      default:
        return draws[kind]();
    }
  });
  const at = (from: number, until: number): number => Math.round(random.between(from, until) * seconds * 1_000);
  return [
    ...[...always, ...further].map((mishap) => ({ ...mishap, atMs: at(0.03, 0.95) })),
    // Early, so that people have signed in again before all is over and there is something to judge.
    { ...draws.redis('lost'), atMs: at(0.1, 0.3) },
  ].sort((a, b) => a.atMs - b.atMs);
}
