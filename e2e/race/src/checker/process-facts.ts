import type { Entry } from '../journal/entry.js';

/** From one instant to another, in microseconds. */
export interface Span {
  readonly from: number;
  until: number;
}

/** How long the network may hold back what it took before a link was healed, in microseconds. */
const LINGERING_US = 2_000_000;

/** What happened to one process. */
export class ProcessFacts {
  killedAt: number | undefined;
  closed: Extract<Entry, { readonly kind: 'closed' }> | undefined;
  readonly #stops: Span[] = [];
  /** When its link to TikTok was not as it should be. */
  readonly #troubles: Span[] = [];

  add(entry: Entry): void {
    const { at } = entry;
    if (entry.kind === 'killed' || (entry.kind === 'struck' && entry.signal === 'SIGKILL')) {
      this.killedAt ??= at;
    } else if (entry.kind === 'stopped' || entry.kind === 'struck') {
      this.#stops.push({ from: at, until: Number.POSITIVE_INFINITY });
    } else if (entry.kind === 'woken') {
      for (const stop of this.#stops) stop.until = Math.min(stop.until, at);
    } else if (entry.kind === 'link' && entry.to === 'tiktok') {
      if (entry.how === 'healed')
        for (const trouble of this.#troubles) trouble.until = Math.min(trouble.until, at + LINGERING_US);
      // A cut is over at once, but for what it took with it.
      else this.#troubles.push({ from: at, until: entry.how === 'cut' ? at + LINGERING_US : Number.POSITIVE_INFINITY });
    }
  }

  killedAfter(at: number): boolean {
    return this.killedAt !== undefined && this.killedAt >= at;
  }

  /** Whether its link to TikTok was in trouble at some time between the two instants. */
  wasCutOff(since: number, until: number): boolean {
    return this.#troubles.some((trouble) => trouble.until >= since && trouble.from <= until);
  }

  /** How long it ran between the two instants, not counting when it was stopped. */
  ranFor(since: number, until: number): number {
    let stoppedUs = 0;
    let counted = since;
    for (const { from, until: woken } of [...this.#stops].sort((a, b) => a.from - b.from)) {
      const begin = Math.max(from, counted);
      const end = Math.min(woken, until);
      if (end <= begin) continue;
      stoppedUs += end - begin;
      counted = end;
    }
    return until - since - stoppedUs;
  }
}
