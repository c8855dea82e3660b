import type { EmulatorFault } from '@tt/emulator';
import type { Random } from '@tt/tooling/random';
import { DAY_MS } from './conditions.js';

/** What happens to the process that a request or an operation belongs to. */
export interface ProcessMishap {
  readonly what: 'kill' | 'pause' | 'cut_link' | 'deploy';
  /** At which point of the request or operation. */
  readonly when: 'sent' | 'arrived' | 'answered';
  /** How long a pause is, or how long its way to the store is cut, in milliseconds. */
  readonly forMs: number;
}

/** What happens to a request on its way to TikTok and back. */
export interface RequestMishap {
  readonly name: string;
  readonly fault?: EmulatorFault;
  /** Whether the request takes effect all the same. */
  readonly takesEffect: boolean;
  /** Whether the answer comes and says nothing of that. */
  readonly garbled?: boolean;
  /** Whether the answer names another person than the tokens are for. */
  readonly strange?: boolean;
  /** Whether the store forgets the lease that it was sent under. */
  readonly dropsLease?: boolean;
  readonly process?: ProcessMishap;
}

/** What happens to an operation on its way to the store and back. */
export type StoreMishap =
  /** It never gets there. */
  | { readonly kind: 'refused' }
  /** It takes effect, and its answer is lost. */
  | { readonly kind: 'answer_lost' }
  /** It takes that long each way. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The client gives up on it, and it takes effect that much later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The store forgets the account's lease. */
  | { readonly kind: 'lease_dropped' }
  | { readonly kind: 'process'; readonly mishap: ProcessMishap };

const REQUEST_MISHAPS: ReadonlyMap<string, number> = new Map([
  ['server_error', 6],
  ['status_503', 4],
  ['html', 3],
  ['html_200', 1],
  ['rate_limit', 4],
  ['invalid_client', 1],
  ['reset', 5],
  ['hang', 3],
  ['reset_after_effect', 3],
  ['half_answer', 2],
  ['hang_after_effect', 2],
  ['truncated', 2],
  ['status_504_after_effect', 2],
  ['slow', 6],
  ['too_slow', 3],
  ['kill', 4],
  ['pause', 8],
  ['cut_link', 4],
  ['deploy', 3],
  ['other_person', 1],
  ['rate_limit_and_lease_lost', 2],
  ['hang_and_lease_lost', 2],
]);

const STORE_MISHAPS: ReadonlyMap<
  'refused' | 'answer_lost' | 'slow' | 'late' | 'lease_dropped' | 'kill' | 'pause',
  number
> = new Map([
  ['refused', 5],
  ['answer_lost', 5],
  ['slow', 4],
  ['late', 2],
  ['lease_dropped', 4],
  ['kill', 1],
  ['pause', 4],
]);

const POINTS = ['sent', 'arrived', 'answered'] as const;

/** What may happen while TikTok is down: nothing that takes effect. */
const OUTAGES = [
  'server_error',
  'status_503',
  'html',
  'html_200',
  'rate_limit',
  'invalid_client',
  'reset',
  'hang',
  'rate_limit_and_lease_lost',
  'hang_and_lease_lost',
] as const;

/** How often something happens to a request or an operation, by the kind of day. */
const SHARES: ReadonlyMap<'calm' | 'windy' | 'stormy', { readonly requests: number; readonly store: number }> = new Map(
  [
    ['calm', { requests: 0.01, store: 0.001 }],
    ['windy', { requests: 0.1, store: 0.02 }],
    ['stormy', { requests: 0.5, store: 0.15 }],
  ],
);

const DAYS: ReadonlyMap<'calm' | 'windy' | 'stormy', number> = new Map([
  ['calm', 75],
  ['windy', 15],
  ['stormy', 10],
]);

/** Draws what goes wrong. Most days are calm; on stormy ones several things go wrong at once. */
export class Weather {
  readonly #random: Random;
  readonly #elapsedMs: () => number;
  #day = -1;
  #share = { requests: 0, store: 0 };
  #outage: (typeof OUTAGES)[number] | undefined;
  #fair = false;

  constructor(random: Random, elapsedMs: () => number) {
    this.#random = random;
    this.#elapsedMs = elapsedMs;
  }

  /** TikTok goes down, or comes back. */
  outage(state: 'begins' | 'ends'): void {
    this.#outage = state === 'begins' ? this.#random.pick(OUTAGES) : undefined;
  }

  /** From now on nothing goes wrong. */
  clearUp(): void {
    this.#fair = true;
    this.#outage = undefined;
  }

  ofRequest(): RequestMishap | undefined {
    if (this.#outage !== undefined) return this.#requestMishap(this.#outage);
    if (this.#fair || !this.#random.chance(this.#today().requests)) return undefined;
    return this.#requestMishap(this.#random.weighted(REQUEST_MISHAPS));
  }

  ofOperation(): StoreMishap | undefined {
    if (this.#fair || !this.#random.chance(this.#today().store)) return undefined;
    const kind = this.#random.weighted(STORE_MISHAPS);
    switch (kind) {
      case 'slow':
        return { kind, ms: this.#random.between(300, 12_000) };
      case 'late':
        return { kind, ms: this.#random.between(0, 40_000) };
      case 'kill':
      case 'pause':
        return { kind: 'process', mishap: this.#processMishap(kind) };
      default:
        return { kind };
    }
  }

  /** Whether a message of the store's subscription is lost, unnoticed. */
  losesMessage(): boolean {
    return !this.#fair && this.#random.chance(0.02);
  }

  #today(): { readonly requests: number; readonly store: number } {
    const day = Math.floor(this.#elapsedMs() / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#share = SHARES.get(this.#random.weighted(DAYS)) ?? this.#share;
    }
    return this.#share;
  }

  #requestMishap(name: string): RequestMishap {
    const random = this.#random;
    const without = (fault: EmulatorFault): RequestMishap => ({ name, fault, takesEffect: false });
    const after = (fault: EmulatorFault): RequestMishap => ({ name, fault, takesEffect: true });
    switch (name) {
      case 'server_error':
      case 'invalid_client':
        return without(name);
      case 'status_503':
        return without({ kind: 'status', status: 503 });
      case 'html':
        return without('html');
      case 'html_200':
        return without({ kind: 'html', status: 200 });
      case 'rate_limit':
        return without({ kind: 'rate_limit', retryAfter: random.whole(1, 90) });
      case 'reset':
        return without('reset');
      case 'hang':
        return without('hang');
      case 'reset_after_effect':
        return after({ kind: 'reset', after: 'effect' });
      case 'half_answer':
        return after({ kind: 'reset', after: 'half_answer' });
      case 'hang_after_effect':
        return after({ kind: 'hang', after: 'effect' });
      case 'truncated':
        return { ...after('truncated_json'), garbled: true };
      case 'status_504_after_effect':
        return { ...after({ kind: 'status', status: 504, after: 'effect' }), garbled: true };
      case 'slow':
        return after({ kind: 'slow_headers', delayMs: random.whole(1_000, 7_000) });
      case 'too_slow':
        return after({ kind: 'slow_body', delayMs: random.whole(8_500, 25_000) });
      case 'other_person':
        return { name, takesEffect: true, strange: true };
      case 'rate_limit_and_lease_lost':
        // Long enough for the process to learn of it before it sends again.
        return { ...without({ kind: 'rate_limit', retryAfter: random.whole(6, 9) }), dropsLease: true };
      case 'hang_and_lease_lost':
        return { ...without('hang'), dropsLease: true };
      case 'kill':
      case 'pause':
      case 'cut_link':
      case 'deploy':
        return { name, takesEffect: true, process: this.#processMishap(name) };
      default:
        throw new RangeError(`Weather: ${name} is no mishap`);
    }
  }

  #processMishap(what: ProcessMishap['what']): ProcessMishap {
    const random = this.#random;
    const when = random.pick(POINTS);
    // Some are shorter than a lease, most are longer.
    return { what, when, forMs: random.chance(0.3) ? random.between(500, 14_000) : random.between(15_000, 150_000) };
  }
}
