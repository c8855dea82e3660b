import { untilAborted } from '@tt/resilience';
import type { TokenRecord } from '../token-record.js';

/** What the work of a shared refresh sees of those who wait for it. */
export interface Waiters {
  /** Aborts when everyone has given up before anything was sent. */
  readonly signal: AbortSignal;
  /** D3: from here on the refresh token may be spent, and the work goes on whoever gives up. */
  pointOfNoReturn(): void;
}

/** One refresh that any number of callers wait for. A caller's abort ends that caller's wait, and no other's (D3). */
export class SharedRefresh {
  /** Never unhandled: every caller may have given up by the time it fails. */
  readonly result: Promise<TokenRecord>;
  /** The account was deleted while it ran. */
  accountDeleted = false;
  readonly #abort = new AbortController();
  #waiting = 0;
  #sent = false;

  constructor(work: (waiters: Waiters) => Promise<TokenRecord>) {
    this.result = work({
      signal: this.#abort.signal,
      pointOfNoReturn: () => {
        this.#sent = true;
      },
    });
    this.result.catch(() => undefined);
  }

  /** Everyone gave up before anything was sent: nobody should join it any more. */
  get cancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Waits for it like everyone else. */
  async join(signal: AbortSignal | undefined): Promise<TokenRecord> {
    this.#waiting += 1;
    if (signal === undefined) return this.result;
    try {
      return await untilAborted(this.result, signal);
    } finally {
      if (signal.aborted) this.#left(signal);
    }
  }

  #left(signal: AbortSignal): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && !this.#sent) this.#abort.abort(signal.reason);
  }
}
